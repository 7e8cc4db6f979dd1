const INTERNAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|arpa|test|invalid|onion|localdomain)$/;
// Written so that every reader of URLs finds the same host: nothing before it, nothing odd in it, a slash behind it.
const PLAIN_URL = /^https?:\/\/([A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?(?:\/[\x21-\x5b\x5d-\x7e]*)?$/i;
const PLAIN_HOST = /^([A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?$/;

/** A name of the public Internet: not one of this machine or network, and no address at all. */
const isPublicName = (host: string): boolean => {
  const name = host.replace(/\.$/, '');
  if (!name.includes('.') || INTERNAL_NAME.test(name)) return false;
  // A last label of digits or 0x… is an address in one of its spellings (WHATWG URL, "ends in a number").
  return !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name);
};

/** Whether a request to `value` goes to one of `hosts`, or, where that is empty, to a public name. */
export const isAllowedHost = (value: string, hosts: readonly string[], whole: boolean): boolean => {
  const match = (whole ? PLAIN_URL : PLAIN_HOST).exec(value);
  if (match === null) return false;
  const host = (match[1] ?? '').toLowerCase();
  if (hosts.length === 0) return isPublicName(host);
  return hosts.includes(host + (match[2] ?? ''));
};

// RFC 9110 section 7.6.1 and the older list of RFC 2616 section 13.5.1.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * The names of fields that end at this hop: the fixed ones and those that `Connection` names. A client cannot name
 * a field of ours to have it dropped (CVE-2025-48865): ours are added afterwards.
 */
export const hopByHop = (connection: string | undefined): ReadonlySet<string> => {
  if (connection === undefined) return HOP_BY_HOP;
  const named = connection
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'close' && name !== 'keep-alive' && name !== 'upgrade');
  return named.length === 0 ? HOP_BY_HOP : new Set([...HOP_BY_HOP, ...named]);
};

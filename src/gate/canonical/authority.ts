import { type CanonicalResult, refusal } from './refusal.ts';

const DNS_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const IPV6 = /^\[[0-9a-f:.]{2,45}\]$/;
const PORT = /^[1-9][0-9]{0,4}$/;

/**
 * The canonical form of an authority (RFC 9110 section 7.2): lower case, no default port of https. User information, a
 * trailing dot, an empty port and anything that is no host name are refused: two spellings of one host are how a
 * rule for one of them is missed.
 */
export const canonicalAuthority = (raw: string | undefined): CanonicalResult<string> => {
  if (raw === undefined || raw === '') return refusal('authority', 'the request names no host');
  const text = raw.toLowerCase();
  const split = /^(.*?)(?::([^:\]]*))?$/.exec(text);
  const host = split?.[1] ?? '';
  const port = split?.[2];
  if (!DNS_NAME.test(host) && !IPV6.test(host)) return refusal('authority', 'the host name is malformed');
  if (port === undefined || port === '443') return { ok: true, value: host };
  if (!PORT.test(port) || Number(port) > 65_535) return refusal('authority', 'the port is malformed');
  return { ok: true, value: `${host}:${port}` };
};

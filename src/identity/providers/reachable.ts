import { BlockList, isIP } from 'node:net';

const listOf = (networks: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, prefix] of networks)
    list.addSubnet(address, prefix, address.includes(':') ? 'ipv6' : 'ipv4');
  return list;
};

// "This" network, link-local (where clouds keep the credentials of a machine), multicast and reserved ones.
const NEVER = listOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
]);
const LOOPBACK = listOf([
  ['127.0.0.0', 8],
  ['::1', 128],
]);
const INTERNAL = listOf([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
]);

/** A host of a URL without the brackets of IPv6. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Whether a host names this machine without asking anybody: `localhost`, names below it, addresses. */
export const isLoopbackHost = (host: string): boolean => {
  const family = isIP(host);
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost');
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
};

/**
 * Whether a provider whose issuer is at `issuerHost` may have us connect to `address` as `host` (SSRF, CWE-918). Its
 * discovery document names the end points, so it must not choose among what only we can reach: this machine is reached
 * only where the configuration itself names it, internal networks only under the very host that the configuration names,
 * and link-local addresses never.
 */
export const isReachable = (issuerHost: string, host: string, address: string): boolean => {
  const family = isIP(address);
  if (family === 0) return false;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(address, kind)) return false;
  if (LOOPBACK.check(address, kind)) return isLoopbackHost(issuerHost) && isLoopbackHost(host);
  return !INTERNAL.check(address, kind) || host === issuerHost;
};

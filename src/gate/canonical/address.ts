import { BlockList, isIP } from 'node:net';
import { GatehouseError } from '../../core/index.ts';

/** An IP address in its one spelling: IPv4 inside IPv6 comes out as IPv4, zones are cut, letters are lower case. */
export const canonicalAddress = (raw: string | undefined): string => {
  const address = (raw ?? '').replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address);
  return mapped?.[1] ?? address;
};

/** A set of networks in CIDR notation, for one question: is this address in it? */
export const networkSet = (networks: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
    if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) {
      throw new GatehouseError('invalid-network', `"${network}" is not a network`, {
        remedy: 'Write an address and a prefix length, for example 10.0.0.0/8 or fd00::/8.',
      });
    }
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
};

/**
 * The client's address: the peer's (in its one spelling), or, where the peer is a configured proxy, the last address in X-Forwarded-For that
 * is not one. A malformed entry ends the walk at the proxy that sent it (CVE-2026-25748): nobody can invent a nearer one.
 */
export const clientAddress = (
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string => {
  let address = peer;
  if (forwardedFor === undefined || !isTrusted(address)) return address;
  for (const entry of forwardedFor.split(',').reverse()) {
    const next = canonicalAddress(entry.trim());
    if (isIP(next) === 0) return address;
    address = next;
    if (!isTrusted(address)) return address;
  }
  return address;
};

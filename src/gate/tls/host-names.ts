import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** Names and addresses that every local certificate covers, so that the machine can always reach its own gate. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1'] as const;

// What resolves on one network only (RFC 6761, RFC 6762, RFC 8375, RFC 9476): no public authority signs such a name.
const SPECIAL_USE = new Set([
  'alt',
  'arpa',
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'test',
]);

/** Lower case, without a trailing dot and without the brackets of an IPv6 address. */
export const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/** The given hosts and this machine's own names, each once, sorted. */
export const withLoopback = (hosts: readonly string[]): string[] =>
  [...new Set([...hosts.map(plainHost), ...LOOPBACK])].sort();

/** Whether a public certificate authority could have signed this name. */
export const isPublicName = (host: string): boolean => {
  const labels = plainHost(host).split('.');
  return isIP(plainHost(host)) === 0 && labels.length > 1 && !SPECIAL_USE.has(labels.at(-1) ?? '');
};

/** Whether the certificate names `host`; the common name does not count (RFC 9525 section 2). */
export const coversHost = (certificate: X509Certificate, host: string): boolean =>
  isIP(plainHost(host)) === 0
    ? certificate.checkHost(plainHost(host), { subject: 'never' }) !== undefined
    : certificate.checkIP(plainHost(host)) !== undefined;

import 'reflect-metadata';
import {
  createPrivateKey,
  KeyObject,
  X509Certificate as NodeCertificate,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { KeyPair } from './certificates.ts';
import { constraintsCover, nameConstraints } from './name-constraints.ts';

const DAY = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Five years, in milliseconds: how long browsers have to trust a local authority before they are asked again. */
export const AUTHORITY_LIFE = 5 * 365 * DAY;
/** Ninety days, in milliseconds. */
export const LEAF_LIFE = 90 * DAY;
// Clocks of other devices may be behind; browsers refuse what is not valid yet.
const BACKDATED = DAY;

// Positive and 127 bits of randomness, so that serial numbers never meet (RFC 5280 section 4.1.2.2).
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
};

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const pemOfKey = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();

const pairOf = (certificate: X509Certificate, key: webcrypto.CryptoKey): KeyPair => {
  const chain = `${certificate.toString('pem')}\n`;
  return { chain, key: pemOfKey(key), certificate: new NodeCertificate(chain) };
};

/** A new authority for these hosts alone, valid from a day before `now` (milliseconds since the epoch). */
export const issueAuthority = async (hosts: readonly string[], now: number): Promise<KeyPair> => {
  const keys = await newKeys();
  const serial = serialNumber();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `O=Gatehouse, CN=Gatehouse local authority ${serial.slice(0, 8)}`,
    serialNumber: serial,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + AUTHORITY_LIFE),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      nameConstraints(hosts),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys.privateKey);
};

/** A server certificate for `hosts`, signed by `authority`; it never outlives it. */
export const issueLeaf = async (
  authority: KeyPair,
  hosts: readonly string[],
  now: number,
): Promise<KeyPair> => {
  const keys = await newKeys();
  const issuer = new X509Certificate(authority.chain);
  const signingKey = createPrivateKey(authority.key).toCryptoKey(ALGORITHM, false, ['sign']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'O=Gatehouse, CN=Gatehouse',
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Math.max(now - BACKDATED, issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(now + LEAF_LIFE, issuer.notAfter.getTime())),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return pairOf(certificate, keys.privateKey);
};

/** Whether `authority` may sign for every one of `hosts`. */
export const authorityCovers = (authority: KeyPair, hosts: readonly string[]): boolean => {
  const constraints = new X509Certificate(authority.chain).getExtension('2.5.29.30');
  return hosts.every((host) => constraintsCover(constraints, host));
};

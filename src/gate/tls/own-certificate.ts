import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type Clock, type ErrorCode, GatehouseError } from '../../core/index.ts';
import type { CertificateSource } from './certificate-source.ts';
import { isValidAt, type KeyPair } from './certificates.ts';
import { coversHost, isPublicName } from './host-names.ts';
import { TLS_POLICY } from './tls-policy.ts';

const DAY = 86_400_000;
const WARNED_BEFORE_END = [1, 7, 21] as const;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
// Authorities of development tools: what they sign is no promise to keep for a year (RFC 6797 section 11.3).
const DEVELOPMENT_ISSUER =
  /\b(?:mkcert|minica|gatehouse local|caddy local|development|localhost|snakeoil)\b/i;

interface Files {
  certificate: string;
  key: string;
}

const fail = (code: ErrorCode, text: string, remedy: string, cause?: unknown): GatehouseError =>
  new GatehouseError(code, text, { remedy, cause });

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const remedy = 'Check the path, and that the user that runs Gatehouse may read it.';
    throw fail('certificate-unreadable', `${path} cannot be read`, remedy, cause);
  }
};

const parseCertificate = (text: string, path: string): X509Certificate => {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    const remedy = 'Name a PEM file that begins with the certificate of the server, its chain after it.';
    throw fail('certificate-unreadable', `${path} holds no certificate in PEM form`, remedy, cause);
  }
};

const parseKey = (text: string, path: string): KeyObject => {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    const remedy = 'Name a PEM file with an unencrypted private key (openssl pkey removes a passphrase).';
    throw fail('certificate-unreadable', `${path} holds no usable private key`, remedy, cause);
  }
};

const checkNames = (certificate: X509Certificate, hosts: readonly string[], path: string): void => {
  const missing = hosts.filter((host) => !coversHost(certificate, host));
  if (missing.length === 0) return;
  throw fail(
    'certificate-names',
    `the certificate ${path} does not cover ${missing.join(', ')} (it covers ${certificate.subjectAltName ?? 'no name'})`,
    'Get a certificate for every host name of the portal and the apps, or correct the names in the configuration.',
  );
};

const checkUse = (pair: KeyPair, path: string): void => {
  const uses = pair.certificate.keyUsage;
  if (uses && !uses.includes(SERVER_AUTHENTICATION)) {
    const remedy = 'Get a certificate with the extended key usage "server authentication".';
    throw fail('certificate-unusable', `the certificate ${path} is not made for servers`, remedy);
  }
  try {
    createSecureContext({ ...TLS_POLICY, cert: pair.chain, key: pair.key });
  } catch (cause) {
    const remedy = 'Get a certificate with an ECDSA key, or an RSA key of 2048 bits or more, and SHA-256.';
    throw fail(
      'certificate-unusable',
      `the certificate ${path} is too weak or its chain is damaged`,
      remedy,
      cause,
    );
  }
};

const checkTime = (certificate: X509Certificate, now: number, path: string): void => {
  if (isValidAt(certificate, now)) return;
  const text =
    now < certificate.validFromDate.getTime()
      ? `the certificate ${path} is valid only from ${certificate.validFromDate.toISOString()}`
      : `the certificate ${path} has expired on ${certificate.validToDate.toISOString()}`;
  throw fail('certificate-expired', text, 'Renew the certificate, and check the clock of this machine.');
};

/**
 * Loads and checks a certificate and its key.
 * @throws {GatehouseError} `certificate-unreadable`, `-key-mismatch`, `-unusable`, `-expired`, `-names`
 */
const loadOwnCertificate = async (files: Files, hosts: readonly string[], now: number): Promise<KeyPair> => {
  const [chain, key] = await Promise.all([readText(files.certificate), readText(files.key)]);
  const certificate = parseCertificate(chain, files.certificate);
  if (!certificate.checkPrivateKey(parseKey(key, files.key))) {
    const remedy =
      'Name the key that the certificate was made for; in a chain the certificate of the server is first.';
    throw fail('certificate-key-mismatch', `${files.key} is not the key of ${files.certificate}`, remedy);
  }
  const pair = { chain, key, certificate };
  checkUse(pair, files.certificate);
  checkTime(certificate, now, files.certificate);
  checkNames(certificate, hosts, files.certificate);
  return pair;
};

// Follows symbolic links, as certbot and Kubernetes swap them; polled, as network and bind mounts send no events.
const signatureOf = async (files: Files): Promise<string> => {
  const marks = await Promise.all(
    [files.certificate, files.key].map((path) =>
      stat(path).then(
        ({ ino, size, mtimeMs }) => `${ino}:${size}:${mtimeMs}`,
        () => 'missing',
      ),
    ),
  );
  return marks.join(' ');
};

const checkExposure = async (files: Files): Promise<void> => {
  if (process.platform === 'win32' || ((await stat(files.key)).mode & 0o007) === 0) return;
  throw fail(
    'certificate-exposed',
    `${files.key} is open to every user of this machine`,
    `chmod 600 ${files.key}`,
  );
};

const checkEnd = (certificate: X509Certificate, now: number, path: string): void => {
  checkTime(certificate, now, path);
  const days = WARNED_BEFORE_END.find((limit) => !isValidAt(certificate, now + limit * DAY));
  if (days === undefined) return;
  const text = `the certificate ${path} expires within ${days === 1 ? 'a day' : `${days} days`}`;
  throw fail('certificate-expiring', text, 'Renew it now; Gatehouse takes the new files over by itself.');
};

const isPlausiblyPublic = (certificate: X509Certificate, hosts: readonly string[]): boolean =>
  certificate.issuer !== certificate.subject &&
  !DEVELOPMENT_ISSUER.test(certificate.issuer) &&
  hosts.every(isPublicName);

/** A certificate and key that people bring along, taken over again whenever the files change. */
export const openOwnCertificate = async (
  files: Files,
  hosts: readonly string[],
  clock: Clock,
): Promise<CertificateSource> => {
  let wanted = hosts;
  let signature = await signatureOf(files);
  let failing: string | undefined;
  let pair = await loadOwnCertificate(files, wanted, clock.now());

  const reload = async (found: string): Promise<'own' | undefined> => {
    try {
      pair = await loadOwnCertificate(files, wanted, clock.now());
      signature = found;
      failing = undefined;
      return 'own';
    } catch (error) {
      // The pair may be half written: it counts as broken when the next look finds the same files.
      if (failing === found) throw error;
      failing = found;
      return undefined;
    }
  };

  return {
    kind: 'own',
    authorityFile: undefined,
    pair: () => pair,
    hsts: () => isPlausiblyPublic(pair.certificate, wanted),
    refresh: async () => {
      const found = await signatureOf(files);
      if (found !== signature) return reload(found);
      await checkExposure(files);
      checkEnd(pair.certificate, clock.now(), files.certificate);
      return undefined;
    },
    setHosts: async (next) => {
      const found = await signatureOf(files);
      const edited = found !== signature;
      if (edited) pair = await loadOwnCertificate(files, next, clock.now());
      else checkNames(pair.certificate, next, files.certificate);
      [wanted, signature, failing] = [next, found, undefined];
      return edited ? 'own' : undefined;
    },
  };
};

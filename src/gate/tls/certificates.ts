import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { SecureContext, Server, TlsOptions } from 'node:tls';
import type { Clock, GatehouseError } from '../../core/index.ts';

/** What a person needs to know about the certificate in use. Times in milliseconds since the epoch. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** Host names and addresses that it covers. */
  names: readonly string[];
  notBefore: number;
  notAfter: number;
  /** SHA-256 of the certificate, upper-case hexadecimal with colons. */
  fingerprint: string;
}

export interface CertificateChange {
  /** `own`: an edited pair was taken over; `leaf`: renewed; `authority`: a new one that has to be trusted anew. */
  what: 'own' | 'leaf' | 'authority';
  facts: CertificateFacts;
}

/** Which certificate the listener shows, kept valid while it runs. */
export interface Certificates {
  readonly kind: 'own' | 'local';
  /** Whether browsers may be told to insist on HTTPS (RFC 6797): only a certificate that is no development one. */
  readonly hsts: boolean;
  /** PEM file of the local authority that browsers have to trust; undefined for an own certificate. */
  readonly authorityFile: string | undefined;
  facts(): CertificateFacts;
  /** The context for the next handshake. Every name gets the same one: the gate routes by authority. */
  secureContextFor(servername?: string): SecureContext;
  /** Everything that `https.createServer` needs, later certificates included. */
  options(): TlsOptions;
  /** Keeps the default context of `server` current, for clients that connect by address and send no name. */
  follow(server: Server): void;
  /**
   * Takes over an edited configuration as a whole.
   * @throws {GatehouseError} as `openCertificates` does; nothing has changed then.
   */
  configure(wanted: CertificateChoice): Promise<void>;
  /** Looks at the clock and at the files now, as it does by itself; never rejects, problems go to `onProblem`. */
  refresh(): Promise<void>;
  /** Stops looking. Handshakes go on with what was last in use. */
  close(): void;
}

/** What the configuration says about certificates. */
export interface CertificateChoice {
  /** Host names and addresses of the portal and every app, without ports. */
  hosts: readonly string[];
  /** PEM files of an own certificate (with its chain) and its key; without them a local authority is used. */
  own?: { certificate: string; key: string };
  /** Oldest version of TLS that is spoken; default 1.2. */
  minimum?: '1.2' | '1.3';
}

export interface CertificatesOptions extends CertificateChoice {
  /** Folder of the local authority's files; made when needed, with access for its owner only. */
  directory: string;
  clock: Clock;
  onChange?: (change: CertificateChange) => void;
  /** Told once for each new problem; what was in use stays in use. */
  onProblem?: (problem: GatehouseError) => void;
  /** Milliseconds between two looks at files and clock; default 5 seconds. */
  lookEvery?: number;
}

/** A chain and its key as PEM, with the certificate that is shown. */
export interface KeyPair {
  chain: string;
  key: string;
  certificate: X509Certificate;
}

// OpenSSL spells IPv6 addresses out; RFC 5952 is what people know.
const shortAddress = (address: string): string =>
  isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

const namesOf = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .map((name) => shortAddress(name.replace(/^(DNS|IP Address):/, '')))
    .filter((name) => name !== '');

export const factsOf = (certificate: X509Certificate): CertificateFacts => ({
  subject: certificate.subject,
  issuer: certificate.issuer,
  names: namesOf(certificate),
  notBefore: certificate.validFromDate.getTime(),
  notAfter: certificate.validToDate.getTime(),
  fingerprint: certificate.fingerprint256,
});

/** Whether the certificate is valid at `now`, in milliseconds since the epoch. */
export const isValidAt = (certificate: X509Certificate, now: number): boolean =>
  certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime();

import type { CertificateChange, KeyPair } from './certificates.ts';

/** Where the pair in use comes from. Calls never overlap; a call that throws has changed nothing. */
export interface CertificateSource {
  readonly kind: 'own' | 'local';
  readonly authorityFile: string | undefined;
  pair(): KeyPair;
  hsts(): boolean;
  /** Brings the pair up to date and says what changed. */
  refresh(): Promise<CertificateChange['what'] | undefined>;
  setHosts(hosts: readonly string[]): Promise<CertificateChange['what'] | undefined>;
}

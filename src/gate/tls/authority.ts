import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { GatehouseError } from '../../core/index.ts';
import { isValidAt, type KeyPair } from './certificates.ts';
import { readPrivateFile, replacePrivateFile } from './private-files.ts';

// An authority this close to its end (milliseconds) is replaced, so that its certificates do not end early.
const LAST_DAYS = 30 * 86_400_000;

/** Files of a local authority. `authority.pem` alone is public: it is what browsers import. */
export const AUTHORITY_FILES = {
  public: 'authority.pem',
  private: 'authority-private.pem',
  previous: 'authority-previous.pem',
} as const;

/**
 * The key pair in one PEM text of a key and a certificate, as Gatehouse keeps them: one file, so that a crash cannot
 * leave a certificate beside the wrong key.
 * @throws {GatehouseError} `certificate-unreadable`
 */
export const parsePair = (text: string, path: string): KeyPair => {
  const [begin, end] = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'];
  const from = text.indexOf(begin);
  try {
    const key = text.slice(0, Math.max(from, 0));
    const chain = `${text.slice(from, text.indexOf(end, from) + end.length)}\n`;
    const certificate = new X509Certificate(chain);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new TypeError('the key does not match');
    return { chain, key, certificate };
  } catch (cause) {
    throw new GatehouseError('certificate-unreadable', `${path} is damaged`, {
      remedy: `Restore it from a backup, or delete it: Gatehouse then makes a new one, and browsers have to trust it anew (gatehouse trust).`,
      cause,
    });
  }
};

export const formatPair = (pair: KeyPair): string => pair.key + pair.chain;

const readPair = async (path: string): Promise<KeyPair | undefined> => {
  const text = await readPrivateFile(path);
  return text === undefined ? undefined : parsePair(text, path);
};

const fits = async (authority: KeyPair, hosts: readonly string[], now: number): Promise<boolean> => {
  if (!isValidAt(authority.certificate, now) || !isValidAt(authority.certificate, now + LAST_DAYS))
    return false;
  const { authorityCovers } = await import('./issue.ts');
  return authorityCovers(authority, hosts);
};

/** The authority kept in `directory`, whatever it covers; undefined before first use. */
export const readAuthority = (directory: string): Promise<KeyPair | undefined> =>
  readPair(join(directory, AUTHORITY_FILES.private));

/**
 * The authority for `hosts` at `now`: the current one, else the one before it (a clock that jumped and came back, hosts
 * that were added and removed), else a new one. What browsers trust is kept as long as it can be.
 * @throws {GatehouseError} `certificate-unreadable`, `certificate-unwritable`
 */
export const authorityFor = async (
  directory: string,
  hosts: readonly string[],
  now: number,
): Promise<{ authority: KeyPair; changed: boolean }> => {
  const paths = {
    public: join(directory, AUTHORITY_FILES.public),
    private: join(directory, AUTHORITY_FILES.private),
    previous: join(directory, AUTHORITY_FILES.previous),
  };
  const current = await readPair(paths.private);
  if (current && (await fits(current, hosts, now))) {
    if ((await readPrivateFile(paths.public)) !== current.chain) {
      await replacePrivateFile(paths.public, current.chain);
    }
    return { authority: current, changed: false };
  }
  const previous = await readPair(paths.previous);
  const { issueAuthority } = await import('./issue.ts');
  const authority =
    previous && (await fits(previous, hosts, now)) ? previous : await issueAuthority(hosts, now);
  // The old key is safe before it is replaced; a crash in between is repaired by the comparison above.
  if (current) await replacePrivateFile(paths.previous, formatPair(current));
  await replacePrivateFile(paths.private, formatPair(authority));
  await replacePrivateFile(paths.public, authority.chain);
  return { authority, changed: true };
};

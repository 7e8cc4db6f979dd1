import { join } from 'node:path';
import { type Clock, isGatehouseError } from '../../core/index.ts';
import { AUTHORITY_FILES, authorityFor, formatPair, parsePair, readAuthority } from './authority.ts';
import type { CertificateSource } from './certificate-source.ts';
import { factsOf, isValidAt, type KeyPair } from './certificates.ts';
import { coversHost, withLoopback } from './host-names.ts';
import { makePrivateDirectory, readPrivateFile, replacePrivateFile } from './private-files.ts';

const LEAF_FILE = 'server-private.pem';

const covers = ({ certificate }: KeyPair, hosts: readonly string[]): boolean =>
  hosts.every((host) => coversHost(certificate, host));

const isFresh = ({ certificate }: KeyPair, now: number): boolean => {
  const { notBefore, notAfter } = factsOf(certificate);
  return isValidAt(certificate, now) && now < notBefore + ((notAfter - notBefore) * 2) / 3;
};

const readLeaf = async (path: string): Promise<KeyPair | undefined> => {
  const text = await readPrivateFile(path);
  try {
    return text === undefined ? undefined : parsePair(text, path);
  } catch (error) {
    // Nobody trusts a leaf by itself, so a damaged one is simply made again.
    if (isGatehouseError(error, 'certificate-unreadable')) return undefined;
    throw error;
  }
};

/**
 * A certificate signed by an authority that lives in `directory` and is made on first use.
 * @throws {GatehouseError} `certificate-unreadable`, `certificate-unwritable`
 */
export const openLocalCertificate = async (
  directory: string,
  hosts: readonly string[],
  clock: Clock,
): Promise<{ source: CertificateSource; made: 'leaf' | 'authority' | undefined }> => {
  await makePrivateDirectory(directory);
  const leafFile = join(directory, LEAF_FILE);
  let wanted = withLoopback(hosts);
  let leaf = await readLeaf(leafFile);

  const renew = async (names: readonly string[]): Promise<'leaf' | 'authority' | undefined> => {
    const now = clock.now();
    const authority = await readAuthority(directory);
    if (leaf && authority && covers(leaf, names) && isFresh(leaf, now)) {
      if (leaf.certificate.verify(authority.certificate.publicKey)) return undefined;
    }
    const chosen = await authorityFor(directory, names, now);
    const { issueLeaf } = await import('./issue.ts');
    const next = await issueLeaf(chosen.authority, names, now);
    await replacePrivateFile(leafFile, formatPair(next));
    leaf = next;
    return chosen.changed ? 'authority' : 'leaf';
  };

  const made = await renew(wanted);
  const pair = (): KeyPair => leaf as KeyPair;
  const source: CertificateSource = {
    kind: 'local',
    authorityFile: join(directory, AUTHORITY_FILES.public),
    pair,
    hsts: () => false,
    refresh: async () => (isFresh(pair(), clock.now()) ? undefined : renew(wanted)),
    setHosts: async (next) => {
      const names = withLoopback(next);
      const changed = await renew(names);
      wanted = names;
      return changed;
    },
  };
  return { source, made };
};

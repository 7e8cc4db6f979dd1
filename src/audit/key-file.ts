import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatehouseError } from '../core/index.ts';
import { type FileLayer, replaceFile, systemCode } from './files.ts';
import { formatVerifierKey, type VerifierKey } from './tree/note.ts';

const invalid = (path: string, why: string, remedy: string, cause?: unknown): GatehouseError =>
  new GatehouseError('log-key-invalid', `the key ${path} ${why}`, { remedy, cause });

/**
 * Reads an Ed25519 private key (PKCS #8 PEM), undefined when there is no file.
 * @throws {GatehouseError} `log-key-invalid` when it is another kind of key, or others can read it.
 */
export const readKeyFile = (path: string): KeyObject | undefined => {
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw invalid(path, 'cannot be read', 'Let only the user that runs Gatehouse read it.', cause);
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw invalid(
      path,
      'can be read by others',
      `Run chmod 600 ${path}; if others had access, use a new log and key.`,
    );
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw invalid(path, 'is not a private key in PEM', 'Restore it from a backup.', cause);
  }
  throw invalid(path, 'is not an Ed25519 key', 'Make one with: openssl genpkey -algorithm ed25519');
};

/** A private key as its file holds it (PKCS #8). */
export const privatePem = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }));

/** Makes an Ed25519 key that only its owner can read. */
export const makeKeyFile = async (files: FileLayer, path: string): Promise<KeyObject> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  await files.makeDirectory(dirname(path));
  await replaceFile(files, path, privatePem(privateKey), 0o600);
  return privateKey;
};

/** Writes the public half where people find it, unless it stands there already. */
export const publishKey = async (files: FileLayer, path: string, key: VerifierKey): Promise<void> => {
  const line = Buffer.from(`${formatVerifierKey(key)}\n`, 'utf8');
  if ((await files.read(path))?.equals(line)) return;
  await replaceFile(files, path, line, 0o644);
};

/** The 32 secret bytes of an Ed25519 key, from which the keys of the journal's seals are derived. */
export const seedOf = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');

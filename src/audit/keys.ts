import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GatehouseError } from '../core/index.ts';
import { diskFiles } from './files.ts';
import { readRotationFile } from './rotation.ts';
import { parseVerifierKey, type VerifierKey } from './tree/note.ts';

/**
 * The public keys in a file, one vkey a line; empty lines and lines after `#` are comments.
 * @throws {GatehouseError} `log-key-invalid` when the file cannot be read or holds no key, `proof-invalid` when a line
 * is not a key.
 */
export const readPublicKeys = async (path: string): Promise<VerifierKey[]> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatehouseError('log-key-invalid', `the public key ${path} cannot be read`, {
      remedy: 'Name a copy of keys/log.pub that was taken when the log was begun.',
      cause,
    });
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) {
    throw new GatehouseError('log-key-invalid', `${path} holds no public key`, {
      remedy: 'Name a copy of keys/log.pub that was taken when the log was begun.',
    });
  }
  return lines.map(parseVerifierKey);
};

/**
 * The notes in a copy of `keys/log.rotations`, by which a log took another key.
 * @throws {GatehouseError} `log-key-invalid` when there is no such file, or it is damaged.
 */
export const readRotationNotes = async (path: string): Promise<string[]> => {
  const notes = await readRotationFile(diskFiles, path);
  if (notes.length > 0) return notes;
  throw new GatehouseError('log-key-invalid', `${path} holds no rotation of a key`, {
    remedy: 'Name a copy of keys/log.rotations of the log.',
  });
};

/** Where a log puts its own public key; whoever can write there can replace it. */
export const ownKeyPath = (dataDirectory: string): string => join(dataDirectory, 'keys', 'log.pub');

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { GatehouseError } from '../core/index.ts';

const KEY_BYTES = 32;
const VARIABLE = 'GATEHOUSE_MASTER_KEY';

const decode = (text: string, where: string): Buffer => {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  const wellFormed = /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed);
  if (wellFormed && key.length === KEY_BYTES) return key;
  throw new GatehouseError('key-unreadable', `the master key in ${where} is not 32 bytes in base64`, {
    remedy: 'Put back the key that was there before, for example from a backup; a new key opens nothing old.',
  });
};

const unreadable = (file: string, cause: unknown): GatehouseError =>
  new GatehouseError('key-unreadable', `the master key ${file} cannot be read`, {
    cause,
    remedy: 'Give the user that runs Gatehouse the file, readable by nobody else (chmod 600).',
  });

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

const readKey = (file: string): Buffer | undefined => {
  let descriptor: number;
  try {
    // O_NOFOLLOW: a link planted here would make us take somebody else's bytes for the key.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  try {
    const stat = fstatSync(descriptor);
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      throw new GatehouseError('key-unreadable', `others than its owner may read the master key ${file}`, {
        remedy: `Run \`chmod 600 ${file}\`; if others had access to this machine, make new keys.`,
      });
    }
    return decode(readFileSync(descriptor, 'utf8'), file);
  } finally {
    closeSync(descriptor);
  }
};

// A key whose name in the folder is lost with the power is a lost key.
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, constants.O_RDONLY);
  fsyncSync(descriptor);
  closeSync(descriptor);
};

const makeKey = (file: string): Buffer => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${key.toString('base64')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(file));
  return key;
};

export interface MasterKeySource {
  /** Folder of the data; the key is `keys/master.key` in it. */
  directory: string;
  /** Where GATEHOUSE_MASTER_KEY is looked for; it wins over the file. */
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a missing key may be made: only when nothing has been sealed yet. */
  mayMake: boolean;
}

/**
 * The 32 bytes that open all other keys.
 * @throws {GatehouseError} `key-missing` when there is none and none may be made, `key-unreadable` when it is not a
 * key, cannot be read, or others may read it.
 */
export const masterKey = ({ directory, env, mayMake }: MasterKeySource): Buffer => {
  const given = env[VARIABLE];
  if (given !== undefined && given !== '') return decode(given, VARIABLE);
  const file = join(directory, 'keys', 'master.key');
  const found = readKey(file);
  if (found !== undefined) return found;
  if (!mayMake) {
    throw new GatehouseError(
      'key-missing',
      `the database holds sealed values, but the master key ${file} is gone`,
      {
        remedy: `Put the file back from a backup, or set ${VARIABLE}.`,
      },
    );
  }
  try {
    return makeKey(file);
  } catch (error) {
    // Another process was faster: its key is the key.
    const other = codeOf(error) === 'EEXIST' ? readKey(file) : undefined;
    if (other !== undefined) return other;
    throw unreadable(file, error);
  }
};

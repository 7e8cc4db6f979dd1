import { readFileSync, statSync } from 'node:fs';
import type { SecretPlace } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';

const LONGEST = 8_192;

/**
 * The secret that the configuration only says the place of, without the line end behind it.
 * @throws {GatehouseError} `secret-unreadable` when it is not there, empty, longer than 8 KiB, or open to other users.
 */
export const readSecret = (place: SecretPlace, env: NodeJS.ProcessEnv = process.env): string => {
  const where = place.kind === 'file' ? place.path : `the variable ${place.name}`;
  const unreadable = (why: string, remedy: string, cause?: unknown): GatehouseError =>
    new GatehouseError('secret-unreadable', `the secret in ${where} ${why}`, { remedy, cause });
  if (place.kind === 'env') {
    const value = env[place.name]?.trim();
    if (value !== undefined && value !== '' && value.length <= LONGEST) return value;
    throw unreadable('is not there', `Set ${place.name} for the user that runs Gatehouse.`);
  }
  let text: string;
  try {
    const { mode, size } = statSync(place.path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw unreadable('can be read by others', `Run: chmod 600 ${place.path}`);
    }
    if (size > LONGEST) throw unreadable('is too long', `Put at most ${LONGEST} bytes into it.`);
    text = readFileSync(place.path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof GatehouseError) throw cause;
    throw unreadable('cannot be read', 'Give the user that runs Gatehouse the file (chmod 600).', cause);
  }
  if (text === '') throw unreadable('is empty', 'Write the secret into the file.');
  return text;
};

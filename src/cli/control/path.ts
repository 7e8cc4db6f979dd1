import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sha256 } from '../../core/index.ts';

// sun_path of a Unix socket holds 108 bytes, on macOS 104.
const MAX_PATH = 100;

/** Where the owner of a data directory listens for commands. */
export const controlPath = (directory: string): string => {
  const key = sha256(resolve(directory)).toString('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\gatehouse-${key}`;
  const path = join(resolve(directory), 'control.sock');
  return Buffer.byteLength(path) <= MAX_PATH ? path : join(tmpdir(), `gatehouse-${key}.sock`);
};

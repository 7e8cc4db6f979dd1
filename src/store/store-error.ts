import { type ErrorCode, GatehouseError } from '../core/index.ts';

const REMEDIES: Partial<Record<ErrorCode, string>> = {
  'store-conflict': 'Choose another value: this one is taken.',
  'store-locked': 'Wait a moment and try again; if it stays, stop the other program that uses the database.',
  'store-damaged': 'Stop Gatehouse and bring back the last backup with `gatehouse restore`.',
  'store-read-only': 'Give the user that runs Gatehouse write access to the database and its folder.',
  'store-unavailable': 'Check that the database runs, and its address, user and password.',
  'disk-full': 'Free space on the disk that holds the data, then try again. Nothing was changed.',
};

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const SQLITE_CODES: Record<number, ErrorCode> = {
  5: 'store-locked',
  6: 'store-locked',
  8: 'store-read-only',
  10: 'store-unavailable',
  11: 'store-damaged',
  13: 'disk-full',
  14: 'store-unavailable',
  19: 'store-conflict',
  26: 'store-damaged',
};

// SQLSTATE (PostgreSQL 15, appendix A): whole codes first, then classes.
const SQLSTATES: Record<string, ErrorCode> = {
  '25006': 'store-read-only',
  '40001': 'store-locked',
  '40P01': 'store-locked',
  '53100': 'disk-full',
  '55P03': 'store-locked',
  '08': 'store-unavailable',
  '23': 'store-conflict',
  '28': 'store-unavailable',
  '3D': 'store-unavailable',
  '53': 'store-unavailable',
  '57': 'store-unavailable',
  '58': 'store-unavailable',
  XX: 'store-damaged',
};

// Errors of the file system and of sockets.
const SYSTEM_CODES: Record<string, ErrorCode> = {
  EACCES: 'store-read-only',
  EDQUOT: 'disk-full',
  EEXIST: 'store-unavailable',
  EFBIG: 'disk-full',
  EIO: 'store-unavailable',
  EISDIR: 'store-unavailable',
  ENOSPC: 'disk-full',
  ENOTDIR: 'store-unavailable',
  EPERM: 'store-read-only',
  EROFS: 'store-read-only',
};

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);

const codeOf = (error: Error & { code?: unknown; errcode?: unknown }): ErrorCode => {
  if (typeof error.errcode === 'number') return SQLITE_CODES[error.errcode & 0xff] ?? 'internal';
  if (typeof error.code === 'string') {
    if (SOCKET_CODES.has(error.code)) return 'store-unavailable';
    const system = SYSTEM_CODES[error.code];
    if (system !== undefined) return system;
    const known = SQLSTATES[error.code] ?? SQLSTATES[error.code.slice(0, 2)];
    if (known !== undefined && error.code.length === 5) return known;
  }
  // pg reports a lost or refused connection with a plain Error.
  return /terminated|timeout|timed out|not queryable|Connection/.test(error.message)
    ? 'store-unavailable'
    : 'internal';
};

/** The coded error for whatever an engine threw. The engine's own text goes into the cause, never on a page. */
export const toStoreError = (error: unknown): GatehouseError => {
  if (error instanceof GatehouseError) return error;
  const cause = error instanceof Error ? error : new TypeError(String(error));
  const code = codeOf(cause);
  const remedy = REMEDIES[code];
  return new GatehouseError(code, `the data cannot be read or written: ${cause.message}`, {
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  });
};

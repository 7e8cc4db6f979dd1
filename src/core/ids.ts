import { randomFillSync } from 'node:crypto';

// Crockford's base 32: no I, L, O, U, so that an id can be read out over the telephone.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// Random bytes are drawn 4 KiB at a time: the call costs more than the bytes, and every event of the log has an id.
const pool = Buffer.alloc(4_096);
let used = pool.length;

const base32 = (length: number): string => {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = '';
  for (let i = 0; i < length; i++) text += ALPHABET[(pool[used + i] ?? 0) & 31];
  pool.fill(0, used, used + length);
  used += length;
  return text;
};

/** A random id with a prefix that says what it names, such as `per_…`; 100 bits of randomness. */
export const newId = (prefix: string): string => `${prefix}_${base32(20)}`;

/** What a visitor sees instead of an error and reads out to an administrator: `7k2m-9qfd-x3ca`, 60 bits. */
export const newIncidentId = (): string => {
  const text = base32(12);
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
};

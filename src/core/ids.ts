import { randomBytes } from 'node:crypto';

// Crockford's base 32: no I, L, O, U, so that an id can be read out over the telephone.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const base32 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');

/** A random id with a prefix that says what it names, such as `per_…`; 100 bits of randomness. */
export const newId = (prefix: string): string => `${prefix}_${base32(randomBytes(20))}`;

/** What a visitor sees instead of an error and reads out to an administrator: `7k2m-9qfd-x3ca`, 60 bits. */
export const newIncidentId = (): string => {
  const text = base32(randomBytes(12));
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
};

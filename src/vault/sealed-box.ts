import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { constantTimeEqual, GatehouseError, utf8 } from '../core/index.ts';

/** Where a sealed value stands. It opens there and nowhere else. */
export interface Place {
  table: string;
  column: string;
  row: string;
}

const VERSION = 1;
const COMMITMENT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + COMMITMENT_BYTES;

const invalid = (): never => {
  // One text for every cause: which check failed helps only who made the value.
  throw new GatehouseError('sealed-value-invalid', 'a sealed value does not open at its place', {
    remedy:
      'The value was changed, moved or cut. Bring back the last backup, and look who writes to the database.',
  });
};

// Lengths come first, so that no two places have the same bytes.
const boundTo = (header: Uint8Array, { table, column, row }: Place): Buffer => {
  const parts = [table, column, row].map(utf8);
  const lengths = Buffer.alloc(4 * parts.length);
  for (const [index, part] of parts.entries()) lengths.writeUInt32BE(part.length, 4 * index);
  return Buffer.concat([header, lengths, ...parts]);
};

/**
 * What names a key and commits to it. AES-GCM has no key commitment: a ciphertext can be made that opens under two
 * keys (Albertini et al., "How to Abuse and Fix Authenticated Encryption Without Key Commitment"). A value names its
 * key by this digest, and two keys with one digest cannot be found.
 */
export const commitmentOf = (key: Uint8Array): Buffer =>
  createHmac('sha256', key).update('gatehouse key commitment v1').digest();

/** AES-256-GCM (NIST SP 800-38D) with a random nonce and a 16-byte tag: `version | commitment | nonce | tag | text`. */
export const sealWith = (
  key: Uint8Array,
  commitment: Uint8Array,
  place: Place,
  plaintext: Uint8Array,
): Buffer => {
  const header = Buffer.concat([Buffer.of(VERSION), commitment]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(header, place));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), text]);
};

/** The commitment of the key that sealed a value. @throws {GatehouseError} `sealed-value-invalid`. */
export const commitmentIn = (sealed: Uint8Array): Buffer => {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION) return invalid();
  return Buffer.from(sealed.subarray(1, HEADER_BYTES));
};

/** @throws {GatehouseError} `sealed-value-invalid` for anything that was not sealed with this key for this place. */
export const openWith = (
  key: Uint8Array,
  commitment: Uint8Array,
  place: Place,
  sealed: Uint8Array,
): Buffer => {
  if (!constantTimeEqual(commitmentIn(sealed), commitment)) return invalid();
  const header = sealed.subarray(0, HEADER_BYTES);
  const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const tag = sealed.subarray(HEADER_BYTES + NONCE_BYTES, HEADER_BYTES + NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(header, place));
  decipher.setAuthTag(tag);
  const text = decipher.update(sealed.subarray(HEADER_BYTES + NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    return invalid();
  }
};

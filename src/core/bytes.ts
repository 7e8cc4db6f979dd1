import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** SHA-256 (FIPS 180-4): 32 bytes. */
export const sha256 = (data: Uint8Array | string): Buffer => hash('sha256', data, 'buffer');

/** A random token of `bytes` bytes (default 32, so 256 bits) in unpadded base64url (RFC 4648 section 5). */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** Compares two secrets in constant time; lengths may differ and are not secret. */
export const constantTimeEqual = (a: string | Uint8Array, b: string | Uint8Array): boolean =>
  timingSafeEqual(sha256(a), sha256(b));

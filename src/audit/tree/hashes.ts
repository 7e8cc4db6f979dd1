import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_SIZE = 32;

// Asking `hash` for text and copying it is three times as fast as asking it for a Buffer: hashing is what
// verification spends its time on.
const digestInto = (data: Uint8Array, out: Buffer, at: number): void => {
  out.write(hash('sha256', data, 'latin1'), at, 'latin1');
};

const digest = (data: Uint8Array): Buffer => {
  const out = Buffer.allocUnsafe(HASH_SIZE);
  digestInto(data, out, 0);
  return out;
};

/** SHA-256 as latin1 text of 32 characters: the cheapest form to compare and to keep in a set. */
export const digestText = (data: Uint8Array): string => hash('sha256', data, 'latin1');

/** The hash of the empty tree (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Buffer = digest(new Uint8Array(0));

/** MTH({d}) = SHA-256(0x00 || d). `prefixed` must hold the zero byte in front of the entry already. */
export const prefixedLeafHash = (prefixed: Uint8Array): Buffer => digest(prefixed);

/** The hash of a leaf (RFC 6962 section 2.1): SHA-256(0x00 || entry). */
export const leafHash = (entry: Uint8Array): Buffer => {
  const prefixed = Buffer.allocUnsafe(entry.length + 1);
  prefixed[0] = 0;
  prefixed.set(entry, 1);
  return digest(prefixed);
};

/** SHA-256 as base64url. */
export const digestBase64url = (data: Uint8Array): string => hash('sha256', data, 'base64url');

const node = Buffer.alloc(1 + 2 * HASH_SIZE, 1);

/** {@link nodeHash} of hashes in latin1 text, in which no step makes a Buffer. */
export const nodeText = (left: string, right: string): string => {
  node.write(left, 1, 'latin1');
  node.write(right, 1 + HASH_SIZE, 'latin1');
  return hash('sha256', node, 'latin1');
};

/** The hash of an inner node (RFC 6962 section 2.1): SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  node.set(left, 1);
  node.set(right, 1 + HASH_SIZE);
  return digest(node);
};

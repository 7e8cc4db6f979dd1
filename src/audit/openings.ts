import { randomFillSync } from 'node:crypto';
import { canonicalJson, parseJson } from '../core/index.ts';
import { digestBase64url } from './tree/hashes.ts';

/**
 * A personal value and what is needed to check it. The log commits to SHA-256(length of name || name || salt || value
 * as JSON) and keeps these bytes beside the entry, so that they can be overwritten while every proof still verifies.
 * The salt is what makes an erased value unguessable: an address has few possible values.
 */
export interface Opening {
  name: string;
  /** Undefined once the value was erased. */
  value: unknown;
  salt: Buffer;
}

const SALT_SIZE = 16;
const LIVE = 1;
const ERASED = 0;

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Moves fresh random bytes to a place; they are given out once. */
const saltInto = (bytes: Buffer, at: number): void => {
  if (used + SALT_SIZE > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(bytes, at, used, used + SALT_SIZE);
  pool.fill(0, used, used + SALT_SIZE);
  used += SALT_SIZE;
};

const preimage = (name: string, salt: Uint8Array, value: unknown): Buffer => {
  const label = Buffer.from(name, 'latin1');
  return Buffer.concat([Buffer.from([label.length]), label, salt, Buffer.from(canonicalJson(value), 'utf8')]);
};

/** The commitment (43 characters of base64url) that an opening belongs to. */
export const commitment = ({ name, salt, value }: Opening): string =>
  digestBase64url(preimage(name, salt, value));

export interface SealedValues {
  /** Field name to commitment, for the entry. */
  commitments: Record<string, string>;
  /** State, length and preimage of every value, for the journal. */
  bytes: Buffer;
}

/** Bytes of an opening in front of its name: state, length of what follows, length of the name. */
const OPENING_HEAD = 4;

/** Salts personal values and commits to each. */
export const sealValues = (values: Record<string, unknown>): SealedValues => {
  const names = Object.keys(values).sort();
  const texts = names.map((name) => canonicalJson(values[name]));
  let size = 0;
  for (const [i, name] of names.entries())
    size += OPENING_HEAD + name.length + SALT_SIZE + Buffer.byteLength(texts[i] ?? '');
  // All of it is written below.
  const bytes = Buffer.allocUnsafe(size);
  const commitments: Record<string, string> = {};
  let at = 0;
  for (const [i, name] of names.entries()) {
    const from = at + 3;
    const salt = at + OPENING_HEAD + name.length;
    bytes[at] = LIVE;
    bytes[from] = name.length;
    bytes.write(name, at + OPENING_HEAD, 'latin1');
    saltInto(bytes, salt);
    at = salt + SALT_SIZE + bytes.write(texts[i] ?? '', salt + SALT_SIZE, 'utf8');
    bytes.writeUInt16BE(at - from, from - 2);
    commitments[name] = digestBase64url(bytes.subarray(from, at));
  }
  return { commitments, bytes };
};

interface Span {
  live: boolean;
  /** Where the preimage begins and ends in the bytes. */
  from: number;
  to: number;
}

const spans = (bytes: Uint8Array): Span[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Span[] = [];
  for (let at = 0; at + 3 <= bytes.length; ) {
    const from = at + 3;
    const to = from + view.getUint16(at + 1);
    if (to > bytes.length) break;
    found.push({ live: bytes[at] === LIVE, from, to });
    at = to;
  }
  return found;
};

const nameAt = (bytes: Uint8Array, from: number): string =>
  Buffer.from(bytes.subarray(from + 1, from + 1 + (bytes[from] ?? 0))).toString('latin1');

/** Every opening in the bytes that {@link sealValues} made, the erased ones included. */
export const openValues = (bytes: Uint8Array): Opening[] =>
  spans(bytes).map(({ live, from, to }) => {
    const name = nameAt(bytes, from);
    const salt = from + 1 + name.length;
    const text = Buffer.from(bytes.subarray(salt + SALT_SIZE, to)).toString('utf8');
    return {
      name,
      salt: Buffer.from(bytes.subarray(salt, salt + SALT_SIZE)),
      value: live ? parseJson(text) : undefined,
    };
  });

/**
 * Overwrites the values of the named fields with zeros, salt included, in place. Returns the names that were live.
 */
export const eraseValues = (bytes: Uint8Array, names: ReadonlySet<string>): string[] => {
  const erased: string[] = [];
  for (const { live, from, to } of spans(bytes)) {
    const name = nameAt(bytes, from);
    if (!names.has(name)) continue;
    if (live) erased.push(name);
    bytes[from - 3] = ERASED;
    bytes.fill(0, from + 1 + name.length, to);
  }
  return erased;
};

const [QUOTE, COMMA, COLON, CLOSE] = [0x22, 0x2c, 0x3a, 0x7d];
const COMMITMENT_LENGTH = 43;

/** Characters that the commitments of live openings take in an entry; undefined when the bytes are malformed. */
export const commitmentsLength = (bytes: Uint8Array): number | undefined => {
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const to = at + 3 + ((bytes[at + 1] ?? 0) << 8) + (bytes[at + 2] ?? 0);
    const label = bytes[at + 3] ?? 0;
    if (bytes[at] !== LIVE || to > bytes.length || at + 4 + label + SALT_SIZE > to) return undefined;
    length += (at === 0 ? 0 : 1) + label + COMMITMENT_LENGTH + 5;
    at = to;
  }
  return length;
};

/**
 * Whether the commitments that stand in an entry's text from `start` on are those of these openings, no more and no
 * less, as canonical JSON has them: then nothing was changed or erased, and nothing needs to be parsed. The bytes must
 * have passed {@link commitmentsLength}.
 */
export const fitsCommitments = (bytes: Uint8Array, text: string, start: number): boolean => {
  let place = start;
  for (let at = 0; at < bytes.length; ) {
    const from = at + 3;
    const to = from + ((bytes[at + 1] ?? 0) << 8) + (bytes[at + 2] ?? 0);
    if (at > 0 && text.charCodeAt(place++) !== COMMA) return false;
    if (text.charCodeAt(place++) !== QUOTE) return false;
    const labelEnd = from + 1 + (bytes[from] ?? 0);
    for (let i = from + 1; i < labelEnd; i++) if (text.charCodeAt(place++) !== bytes[i]) return false;
    if (text.charCodeAt(place) !== QUOTE || text.charCodeAt(place + 1) !== COLON) return false;
    if (text.charCodeAt(place + 2) !== QUOTE) return false;
    if (!text.startsWith(digestBase64url(bytes.subarray(from, to)), place + 3)) return false;
    place += 3 + COMMITMENT_LENGTH;
    if (text.charCodeAt(place++) !== QUOTE) return false;
    at = to;
  }
  return text.charCodeAt(place) === CLOSE;
};

/** What is wrong with openings, measured against the commitments of their entry. */
export interface OpeningCheck {
  /** Fields whose value is there but does not match, or that have no commitment. */
  changed: string[];
  /** Fields whose value was erased, or is missing altogether. */
  erased: string[];
}

/** Checks bytes of openings against the commitments of an entry without parsing the values. */
export const checkOpenings = (bytes: Uint8Array, commitments: Record<string, unknown>): OpeningCheck => {
  const changed: string[] = [];
  const missing = new Set(Object.keys(commitments));
  for (const { live, from, to } of spans(bytes)) {
    const name = nameAt(bytes, from);
    if (!live) continue;
    missing.delete(name);
    if (commitments[name] !== digestBase64url(bytes.subarray(from, to))) changed.push(name);
  }
  return { changed, erased: [...missing] };
};

import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { GatehouseError, sha256 } from '../../core/index.ts';

/** Signature types of C2SP signed-note that are used here: a log's own, and a witness's cosignature. */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;
type SignatureType = typeof ED25519 | typeof COSIGNATURE_V1;

/** A key that signatures are checked against (a "vkey"): `name+hash+base64(type || public key)`. */
export interface VerifierKey {
  name: string;
  /** First four bytes of SHA-256(name || 0x0A || type || public key). */
  id: number;
  type: SignatureType;
  /** 32 bytes (RFC 8032). */
  publicKey: Buffer;
}

export interface NoteSignature {
  name: string;
  id: number;
  signature: Buffer;
}

/** Text and signatures of a note, nothing of it verified. */
export interface ParsedNote {
  /** Up to and including the newline before the blank line. */
  text: string;
  signatures: NoteSignature[];
}

const MOST_SIGNATURES = 64;
const LONGEST_NOTE = 1_000_000;
// Key names hold no Unicode space and no plus.
const NAME = /^[^\s+\u0085]+$/u;
const SIGNATURE_LINE = /^— ([^\s+\u0085]+) ([A-Za-z0-9+/]+={0,2})$/u;
// SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the 32 bytes of the key.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const malformed = (why: string): GatehouseError =>
  new GatehouseError('proof-invalid', `not a signed note: ${why}`, {
    remedy: 'Use the file as it was written, without a change.',
  });

/** Bytes of strict base64 (RFC 4648 section 4): one text for one value. */
export const strictBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

const keyId = (name: string, type: SignatureType, publicKey: Uint8Array): number =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.from([type]), publicKey])).readUInt32BE(0);

/** The 32 bytes of an Ed25519 public key, taken from a private or public key. */
export const rawPublicKey = (key: KeyObject): Buffer => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length);
};

export const verifierKey = (name: string, type: SignatureType, publicKey: Buffer): VerifierKey => {
  if (!NAME.test(name)) throw new TypeError(`"${name}" cannot name a key`);
  return { name, type, publicKey, id: keyId(name, type, publicKey) };
};

export const formatVerifierKey = ({ name, id, type, publicKey }: VerifierKey): string =>
  `${name}+${id.toString(16).padStart(8, '0')}+${Buffer.concat([Buffer.from([type]), publicKey]).toString('base64')}`;

/**
 * Reads a vkey.
 * @throws {GatehouseError} `proof-invalid` when it is not one, or its hash belongs to another key.
 */
export const parseVerifierKey = (text: string): VerifierKey => {
  const [, name, hash, encoded] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = strictBase64(encoded ?? '');
  const type = bytes?.[0];
  const wellFormed = bytes?.length === 33 && (type === ED25519 || type === COSIGNATURE_V1);
  if (name === undefined || !wellFormed) {
    throw new GatehouseError('proof-invalid', 'the public key is not one of a log or witness', {
      remedy: 'Use the line that the log wrote to keys/log.pub: name, hash and key joined by plus signs.',
    });
  }
  const key = verifierKey(name, type, bytes.subarray(1));
  if (key.id.toString(16).padStart(8, '0') !== hash) {
    throw new GatehouseError('proof-invalid', 'the public key does not match its own hash', {
      remedy: 'Get the public key again from a source you trust; this copy was changed.',
    });
  }
  return key;
};

/**
 * Takes a note apart (C2SP signed-note v1.0).
 * @throws {GatehouseError} `proof-invalid` when it is malformed.
 */
export const parseNote = (note: string): ParsedNote => {
  if (note.length > LONGEST_NOTE) throw malformed('it is too long');
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw malformed('it holds control characters');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw malformed('it has no signatures');
  const lines = note
    .slice(end + 2)
    .split('\n')
    .slice(0, -1);
  if (lines.length === 0 || lines.length > MOST_SIGNATURES)
    throw malformed('it has no or too many signatures');
  const signatures = lines.map((line) => {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = strictBase64(encoded ?? '');
    if (name === undefined || !bytes || bytes.length < 5) throw malformed('a signature line is malformed');
    return { name, id: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
};

export const formatSignature = ({ name, id, signature }: NoteSignature): string => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return `— ${name} ${Buffer.concat([head, signature]).toString('base64')}\n`;
};

/** A note of this text, which ends in a newline, with these signatures. */
export const formatNote = (text: string, signatures: readonly NoteSignature[]): string =>
  `${text}\n${signatures.map(formatSignature).join('')}`;

const publicKeys = new WeakMap<VerifierKey, KeyObject>();

/** Whether `signature` is Ed25519 of `message` by this key. */
export const checkEd25519 = (key: VerifierKey, message: Buffer, signature: Uint8Array): boolean => {
  let object = publicKeys.get(key);
  if (!object) {
    object = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, key.publicKey]),
      format: 'der',
      type: 'spki',
    });
    publicKeys.set(key, object);
  }
  return signature.length === 64 && verify(null, message, object, signature);
};

/** Signs the text of a note with an Ed25519 key. */
export const signNote = (text: string, name: string, key: KeyObject): NoteSignature => ({
  name,
  id: keyId(name, ED25519, rawPublicKey(key)),
  signature: sign(null, Buffer.from(text, 'utf8'), key),
});

/** The signature lines that belong to `key` by name and id; others are of unknown keys and are ignored. */
export const signaturesOf = (note: ParsedNote, key: VerifierKey): NoteSignature[] =>
  note.signatures.filter(({ name, id }) => name === key.name && id === key.id);

/** Whether the note carries a valid signature of `key`, and no invalid one (signed-note, Signatures). */
export const isSignedBy = (note: ParsedNote, key: VerifierKey): boolean => {
  const own = signaturesOf(note, key);
  const message = Buffer.from(note.text, 'utf8');
  return (
    key.type === ED25519 && own.length > 0 && own.every((line) => checkEd25519(key, message, line.signature))
  );
};

import type { KeyObject } from 'node:crypto';
import { GatehouseError } from '../../core/index.ts';
import { HASH_SIZE } from './hashes.ts';
import {
  formatNote,
  type NoteSignature,
  type ParsedNote,
  parseNote,
  signNote,
  strictBase64,
} from './note.ts';

/** What a checkpoint says: the tree of the log `origin` had this root when it had this many entries. */
export interface TreeHead {
  origin: string;
  size: number;
  root: Buffer;
}

/** A checkpoint as it was read; who signed it is for the caller to check. */
export interface Checkpoint extends TreeHead {
  /** The signed note, as it was written. */
  note: string;
  parsed: ParsedNote;
}

/** The text of a checkpoint (C2SP tlog-checkpoint v1.0). */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

export const signCheckpoint = (head: TreeHead, key: KeyObject): string => {
  const text = checkpointText(head);
  return formatNote(text, [signNote(text, head.origin, key)]);
};

/** The same checkpoint with more signatures, those that it carries already left out. */
export const addSignatures = (checkpoint: Checkpoint, more: readonly NoteSignature[]): string => {
  const { text, signatures } = checkpoint.parsed;
  const fresh = more.filter(
    (line) => !signatures.some(({ name, id }) => name === line.name && id === line.id),
  );
  return formatNote(text, [...signatures, ...fresh]);
};

const malformed = (why: string): GatehouseError =>
  new GatehouseError('proof-invalid', `not a checkpoint: ${why}`, {
    remedy: 'Use the checkpoint as the log wrote it, without a change.',
  });

/**
 * Reads a checkpoint. Extension lines are allowed and ignored.
 * @throws {GatehouseError} `proof-invalid` when it is malformed.
 */
export const parseCheckpoint = (note: string): Checkpoint => {
  const parsed = parseNote(note);
  const [origin, sizeLine, rootLine, ...extensions] = parsed.text.slice(0, -1).split('\n');
  if (!origin || !/^(?:0|[1-9]\d{0,15})$/.test(sizeLine ?? '')) throw malformed('origin or size is missing');
  const root = strictBase64(rootLine ?? '');
  if (root?.length !== HASH_SIZE) throw malformed('the root is not a hash');
  if (extensions.includes('')) throw malformed('it has an empty line');
  const size = Number(sizeLine);
  if (!Number.isSafeInteger(size)) throw malformed('the size is too large');
  return { origin, size, root, note, parsed };
};

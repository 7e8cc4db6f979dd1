import { GatehouseError } from '../../core/index.ts';
import { strictBase64 } from '../tree/note.ts';

/** What a log asks a witness for (C2SP tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  old: number;
  proof: readonly Buffer[];
  /** The checkpoint's signed note. */
  note: string;
}

/** Path of the one call that changes a witness, under its prefix. */
export const ADD_CHECKPOINT = '/add-checkpoint';
/** Type of the body of a 409: the size that the witness remembers. */
export const SIZE_TYPE = 'text/x.tlog.size';
export const LONGEST_REQUEST = 131_072;
const MOST_PROOF_LINES = 63;

const malformed = (why: string): GatehouseError =>
  new GatehouseError('proof-invalid', `not a request to a witness: ${why}`, {
    remedy: 'Send old size, proof, an empty line and the checkpoint as tlog-witness defines them.',
  });

export const formatAddCheckpoint = ({ old, proof, note }: AddCheckpoint): string =>
  `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;

/** @throws {GatehouseError} `proof-invalid` when the request is malformed. */
export const parseAddCheckpoint = (body: string): AddCheckpoint => {
  const end = body.indexOf('\n\n');
  if (end < 0) throw malformed('there is no empty line');
  const [first = '', ...lines] = body.slice(0, end).split('\n');
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  if (old === undefined || !Number.isSafeInteger(Number(old))) throw malformed('the old size is malformed');
  if (lines.length > MOST_PROOF_LINES) throw malformed('the proof is too long');
  const proof = lines.map((line) => {
    const hash = strictBase64(line);
    if (hash?.length !== 32) throw malformed('a line of the proof is not a hash');
    return hash;
  });
  return { old: Number(old), proof, note: body.slice(end + 2) };
};

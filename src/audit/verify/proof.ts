import { z } from 'zod';
import { canonicalJson, GatehouseError, parseJson } from '../../core/index.ts';
import { readCheckpoints } from '../checkpoint-file.ts';
import { type CommittedEntry, parseCommitted } from '../entry.ts';
import { diskFiles } from '../files.ts';
import { JournalCursor } from '../journal/cursor.ts';
import { logPaths, readDescription } from '../log-home.ts';
import { commitment, type Opening, openValues } from '../openings.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { cosignedAt } from '../tree/cosignature.ts';
import { leafHash } from '../tree/hashes.ts';
import { isSignedBy, strictBase64, type VerifierKey } from '../tree/note.ts';
import { inclusionProof, verifyInclusion } from '../tree/proofs.ts';
import { TileReader } from '../tree/tile-reader.ts';

/** First line of a proof (C2SP tlog-proof v1). */
const HEADER = 'c2sp.org/tlog-proof@v1';
const LONGEST_PROOF = 1_000_000;

// What the proof is about stands in its extra data: the entry, and openings of its personal values.
const extraSchema = z.object({
  entry: z.base64(),
  openings: z.array(z.object({ name: z.string().max(64), salt: z.base64(), value: z.unknown() })).max(64),
});

const invalid = (why: string, cause?: unknown): GatehouseError =>
  new GatehouseError('proof-invalid', why, {
    remedy: 'Ask for a fresh proof, and for the public key from a source you trust.',
    cause,
  });

export interface ProveOptions {
  directory: string;
  /** Id (`evt_…`) or number of the event. */
  event: string;
  /** Whether to disclose the personal values that were not erased. Default true. */
  personal?: boolean;
}

interface Found {
  sequence: number;
  entry: Buffer;
  openings: Opening[];
}

const findEvent = async (journal: string, event: string): Promise<Found> => {
  const number = /^\d{1,15}$/.test(event) ? Number(event) : undefined;
  const mark = Buffer.from(`"id":"${event}"`, 'utf8');
  const cursor = new JournalCursor(diskFiles, journal, number ?? 0);
  try {
    for (let found = await cursor.next(); found.kind === 'batch'; found = await cursor.next()) {
      for (const [i, { prefixed, openings }] of found.frames.entries()) {
        const sequence = found.first + i;
        const entry = prefixed.subarray(1);
        if (number === undefined ? !entry.includes(mark) : sequence !== number) continue;
        if (number === undefined && parseCommitted(entry).id !== event) continue;
        return { sequence, entry: Buffer.from(entry), openings: openValues(openings) };
      }
      if (number !== undefined && found.first > number) break;
    }
  } finally {
    await cursor.close();
  }
  throw new GatehouseError('usage', `there is no event "${event}" in this log`, {
    remedy: 'Name an event by its id, as gatehouse log --json shows it.',
  });
};

/** The checkpoint that covers an entry and carries the most signatures; of several the newest. */
const bestCheckpoint = async (path: string, sequence: number): Promise<Checkpoint> => {
  let best: Checkpoint | undefined;
  for await (const { checkpoint } of readCheckpoints(diskFiles, path)) {
    if (!checkpoint || checkpoint.size <= sequence) continue;
    if (checkpoint.parsed.signatures.length >= (best?.parsed.signatures.length ?? 0)) best = checkpoint;
  }
  if (best) return best;
  throw invalid(`no checkpoint covers entry ${sequence} yet; a running gate signs one within a second`);
};

/**
 * A proof that one event is in the log, as text (C2SP tlog-proof v1): the event, the way to the root, and a signed and
 * cosigned checkpoint. Whoever has the public key can check it, without the log.
 * @throws {GatehouseError} `usage` when there is no such event, `proof-invalid` when no checkpoint covers it yet,
 * `log-not-found`, `log-damaged`.
 */
export const proveEvent = async ({ directory, event, personal = true }: ProveOptions): Promise<string> => {
  const paths = logPaths(directory);
  await readDescription(diskFiles, paths);
  const { sequence, entry, openings } = await findEvent(paths.journal, event);
  const checkpoint = await bestCheckpoint(paths.checkpoints, sequence);
  const reader = new TileReader(diskFiles, paths.tiles, checkpoint.size);
  const path = await inclusionProof(reader.hashes, sequence, checkpoint.size);
  if (!verifyInclusion(leafHash(entry), sequence, checkpoint.size, path, checkpoint.root)) {
    throw invalid(`entry ${sequence} is not the one that was signed: run gatehouse audit verify`);
  }
  const disclosed = openings
    .filter(({ value }) => personal && value !== undefined)
    .map(({ name, salt, value }) => ({ name, salt: salt.toString('base64'), value }));
  const extra = canonicalJson({ entry: entry.toString('base64'), openings: disclosed });
  const lines = [
    HEADER,
    `extra ${Buffer.from(extra, 'utf8').toString('base64')}`,
    `index ${sequence}`,
    ...path.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint.note}`;
};

export interface CheckOptions {
  proof: string;
  /** Keys that may have signed the log. */
  keys: readonly VerifierKey[];
  /** Keys of witnesses whose cosignatures are looked at. */
  witnesses?: readonly VerifierKey[];
}

/** What a proof shows. */
export interface ProvenEvent {
  event: CommittedEntry;
  /** Personal values that the proof discloses, each checked against the commitment in the event. */
  personal: Record<string, unknown>;
  checkpoint: Pick<Checkpoint, 'origin' | 'size'>;
  /** Witnesses that cosigned the checkpoint, with the moment in milliseconds since the epoch. */
  cosigned: { name: string; time: number }[];
}

const parseProof = (text: string): { extra: string; index: number; path: Buffer[]; note: string } => {
  if (text.length > LONGEST_PROOF) throw invalid('the proof is too long');
  const end = text.indexOf('\n\n');
  const [header, extraLine = '', indexLine = '', ...hashes] = text.slice(0, Math.max(end, 0)).split('\n');
  const extra = /^extra ([A-Za-z0-9+/]+={0,2})$/.exec(extraLine)?.[1];
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  if (header !== HEADER || extra === undefined || index === undefined)
    throw invalid('the file is not a proof');
  const path = hashes.map((line) => strictBase64(line)).filter((hash) => hash?.length === 32);
  if (path.length !== hashes.length) throw invalid('a line of the proof is not a hash');
  return { extra, index: Number(index), path: path as Buffer[], note: text.slice(end + 2) };
};

const parseExtra = (extra: string): { entry: Buffer; openings: Opening[] } => {
  try {
    const text = Buffer.from(extra, 'base64').toString('utf8');
    const { entry, openings } = extraSchema.parse(parseJson(text));
    return {
      entry: Buffer.from(entry, 'base64'),
      openings: openings.map(({ name, salt, value }) => ({ name, salt: Buffer.from(salt, 'base64'), value })),
    };
  } catch (cause) {
    throw invalid('the proof does not hold an event', cause);
  }
};

/**
 * Checks a proof with nothing but keys.
 * @throws {GatehouseError} `proof-invalid` when it does not show what it claims.
 */
export const checkProof = ({ proof, keys, witnesses = [] }: CheckOptions): ProvenEvent => {
  const { extra, index, path, note } = parseProof(proof);
  const { entry, openings } = parseExtra(extra);
  const checkpoint = parseCheckpoint(note);
  const { origin, size, root, parsed } = checkpoint;
  if (!keys.some((key) => key.name === origin && isSignedBy(parsed, key))) {
    throw invalid(`the checkpoint of ${origin} is not signed by the given key`);
  }
  if (!verifyInclusion(leafHash(entry), index, size, path, root)) {
    throw invalid('the event is not in the log that the checkpoint signs');
  }
  const event = parseCommitted(entry);
  if (event.sequence !== index) throw invalid('the event says another place of itself');
  const personal: Record<string, unknown> = {};
  for (const opening of openings) {
    if (event.personal[opening.name] !== commitment(opening)) {
      throw invalid(`the value of "${opening.name}" is not the one that the event commits to`);
    }
    personal[opening.name] = opening.value;
  }
  const cosigned = witnesses.flatMap((key) => {
    const time = cosignedAt(parsed, key);
    return time === undefined ? [] : [{ name: key.name, time: time * 1_000 }];
  });
  return { event, personal, checkpoint: { origin, size }, cosigned };
};

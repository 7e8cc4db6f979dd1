import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, type SecurityEvent } from '../../core/index.ts';
import { type EntryRange, formatRanges, parseRanges, RangeSet } from '../entry-ranges.ts';
import { type FileLayer, replaceFile } from '../files.ts';
import { refreshChecksum } from '../journal/batch.ts';
import { type JournalBatch, JournalCursor } from '../journal/cursor.ts';
import type { LogPaths } from '../log-home.ts';
import { eraseValues } from '../openings.ts';
import { damaged } from '../replay.ts';
import { type ChangedBatch, overwriteBatches } from './batch-redo.ts';
import type { ErasurePlan } from './plan.ts';

/** Longest list of entries in one event, in characters. */
const LONGEST_LIST = 30_000;
/** Bytes of batches that are overwritten in one go. */
const MOST_AT_ONCE = 4_194_304;

const intentSchema = z.array(z.object({ names: z.array(z.string()), entries: z.string() }));

/** One kind of erasure: these fields, in these entries. */
interface Erasure {
  names: string[];
  entries: string;
}

const erasuresOf = (plan: ErasurePlan): Erasure[] =>
  [...plan].flatMap(([names, sequences]) =>
    formatRanges(sequences, LONGEST_LIST).map((entries) => ({ names: names.split(','), entries })),
  );

/** The events by which the log says what will be erased, so that nobody can erase anything else. */
export const erasureEvents = (plan: ErasurePlan): SecurityEvent[] =>
  erasuresOf(plan).map(({ names, entries }) => ({
    type: 'log.erased',
    outcome: 'success',
    fields: { columns: names, entries },
  }));

const intentPath = (paths: LogPaths): string => join(paths.root, 'erasing.json');

/** Remembers what is about to be erased, until {@link finishErasure} has done it. */
export const intendErasure = (files: FileLayer, paths: LogPaths, plan: ErasurePlan): Promise<void> =>
  replaceFile(files, intentPath(paths), Buffer.from(JSON.stringify(erasuresOf(plan)), 'utf8'));

interface Wanted {
  names: ReadonlySet<string>;
  entries: RangeSet;
}

const changeBatch = (batch: JournalBatch, wanted: readonly Wanted[]): ChangedBatch | undefined => {
  const bytes = Buffer.from(batch.bytes);
  let changed = false;
  for (const [i, { openings }] of batch.frames.entries()) {
    const at = openings.byteOffset - batch.bytes.byteOffset;
    const copy = bytes.subarray(at, at + openings.length);
    for (const { names, entries } of wanted) {
      if (entries.has(batch.first + i) && eraseValues(copy, names).length > 0) changed = true;
    }
  }
  if (!changed) return undefined;
  refreshChecksum(bytes);
  return { segment: batch.segment.first, offset: batch.offset, bytes };
};

const overwrite = async (
  files: FileLayer,
  paths: LogPaths,
  wanted: readonly Wanted[],
  from: number,
): Promise<void> => {
  const cursor = new JournalCursor(files, paths.journal, from);
  let waiting: ChangedBatch[] = [];
  let size = 0;
  try {
    for (let found = await cursor.next(); found.kind !== 'end'; found = await cursor.next()) {
      if (found.kind === 'damaged') throw damaged(`entry ${found.sequence} cannot be read: ${found.why}`);
      const changed = changeBatch(found, wanted);
      if (!changed) continue;
      waiting.push(changed);
      size += changed.bytes.length;
      if (size < MOST_AT_ONCE) continue;
      await overwriteBatches(files, paths, waiting);
      [waiting, size] = [[], 0];
    }
  } finally {
    await cursor.close();
  }
  if (waiting.length > 0) await overwriteBatches(files, paths, waiting);
};

/** Erases what {@link intendErasure} has remembered, if anything; returns the entries concerned. */
export const finishErasure = async (files: FileLayer, paths: LogPaths): Promise<EntryRange[]> => {
  const saved = await files.read(intentPath(paths));
  if (!saved) return [];
  const erasures = intentSchema.parse(parseJson(saved.toString('utf8'), { maxLength: 1_073_741_824 }));
  const ranges = erasures.map(({ entries }) => parseRanges(entries));
  const wanted = erasures.map(({ names }, i) => ({
    names: new Set(names),
    entries: new RangeSet(ranges[i] ?? []),
  }));
  const all = ranges.flat();
  const first = all.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  if (all.length > 0) await overwrite(files, paths, wanted, first);
  // Remains of interrupted writes were never part of the log, and may hold anybody's values.
  for (const name of await files.list(paths.root)) {
    if (/^torn-\d+\.bin$/.test(name)) await files.remove(join(paths.root, name));
  }
  await files.remove(intentPath(paths));
  await files.syncDirectory(paths.root);
  return all;
};

import { join } from 'node:path';
import { parseCommitted } from './entry.ts';
import type { FileLayer } from './files.ts';
import { JournalCursor } from './journal/cursor.ts';
import { listSegments, type Segment } from './journal/segments.ts';
import type { LogPaths } from './log-home.ts';
import { bundlePath, TILE_WIDTH } from './tree/tile-paths.ts';

/** How much of the past a log keeps. What is left out does not limit it. */
export interface Retention {
  /** Milliseconds that an entry is kept. */
  age?: number;
  /** Bytes of journal that are kept. */
  bytes?: number;
}

/** Time of the first entry of a segment, in milliseconds since the epoch. */
const firstTime = async (files: FileLayer, paths: LogPaths, { first }: Segment): Promise<number> => {
  const cursor = new JournalCursor(files, paths.journal, first);
  try {
    const found = await cursor.next();
    const [frame] = found.kind === 'batch' ? found.frames : [];
    return frame ? parseCommitted(frame.prefixed.subarray(1)).time : Number.POSITIVE_INFINITY;
  } finally {
    await cursor.close();
  }
};

const sizeOf = async (files: FileLayer, path: string): Promise<number> => {
  const file = await files.open(path, 'read');
  try {
    return await file.size();
  } finally {
    await file.close();
  }
};

/**
 * The first entry to keep; the first one there is when nothing is to go. Only whole segments go, and none that holds entries from `signed`
 * on or the bundle at the right edge: those are needed to go on.
 */
export const planPruning = async (
  files: FileLayer,
  paths: LogPaths,
  { age, bytes }: Retention,
  signed: number,
  now: number,
): Promise<number> => {
  const segments = await listSegments(files, paths.journal);
  const edge = Math.floor(signed / TILE_WIDTH) * TILE_WIDTH;
  let excess = -(bytes ?? Number.POSITIVE_INFINITY);
  for (const { path } of segments) excess += await sizeOf(files, path);
  let keep = segments[0]?.first ?? 0;
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    if (!next || next.first > edge) break;
    // Entries are in the order of time but for corrected clocks: what follows began later than all of this.
    const old = age !== undefined && (await firstTime(files, paths, next)) < now - age;
    if (!old && excess <= 0) break;
    excess -= await sizeOf(files, segment.path);
    keep = next.first;
  }
  return keep;
};

/** Removes the entries before `keep`. Hashes stay: every root and proof of the log can still be made. */
export const prune = async (files: FileLayer, paths: LogPaths, keep: number): Promise<void> => {
  const segments = await listSegments(files, paths.journal);
  for (const [i, { path }] of segments.entries()) {
    const next = segments[i + 1];
    if (!next || next.first > keep) break;
    await files.remove(path);
    // One after the other, or a loss of power could leave an older one without its successor.
    await files.syncDirectory(paths.journal);
  }
  for (let index = Math.floor(keep / TILE_WIDTH) - 1; index >= 0; index--) {
    const path = join(paths.tiles, bundlePath(index, TILE_WIDTH));
    if (!(await files.exists(path))) break;
    await files.remove(path);
  }
};

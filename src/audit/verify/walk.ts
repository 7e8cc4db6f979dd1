import type { FileLayer } from '../files.ts';
import type { Frame } from '../journal/batch.ts';
import { JournalCursor, type JournalDamage } from '../journal/cursor.ts';
import { listSegments } from '../journal/segments.ts';
import type { LogPaths } from '../log-home.ts';
import { checkOpenings, commitmentsLength, fitsCommitments } from '../openings.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { digestText } from '../tree/hashes.ts';
import { TILE_WIDTH } from '../tree/tile-paths.ts';
import { TileReader } from '../tree/tile-reader.ts';
import type { Anchors } from './anchors.ts';
import { Erasures } from './erasures.ts';
import type { VerifyFinding } from './report.ts';
import { StoredTiles } from './stored-tiles.ts';

/** What one way through the journal showed. */
export interface Walked {
  /** Entries from 0 to the end or to the first damage. */
  entries: number;
  /** Entries that retention removed. */
  pruned: number;
  damage: JournalDamage | undefined;
  erasures: Erasures;
  tiles: StoredTiles;
  /** Personal values that do not match their commitment. */
  changed: VerifyFinding[];
}

export type Progress = (done: number) => void;

const MOST_TOLD = 20;
const PROGRESS_EVERY = 65_536;

const PERSONAL = '"personal":{';

/** The commitments of an entry, from where they begin in its text. */
const commitmentsOf = (text: string, start: number): Record<string, unknown> => {
  const end = text.indexOf('}', start);
  if (end < 0) return {};
  try {
    return JSON.parse(text.slice(start - 1, end + 1)) as Record<string, unknown>;
  } catch {
    return {};
  }
};

class Walk {
  readonly #anchors: Anchors;
  readonly #range: CompactRange;
  readonly #signed: number;
  readonly result: Walked;

  constructor(files: FileLayer, paths: LogPaths, anchors: Anchors) {
    this.#anchors = anchors;
    this.#signed = anchors.newest;
    const tiles = new StoredTiles(files, paths.tiles, anchors.newestOwn);
    this.#range = new CompactRange((level, index, hash) => tiles.hash(level, index, hash));
    this.result = { entries: 0, pruned: 0, damage: undefined, erasures: new Erasures(), tiles, changed: [] };
  }

  /** Whether {@link prepare} must be awaited before the next leaf. */
  get boundary(): boolean {
    return this.#range.size % TILE_WIDTH === 0;
  }

  /** Whether {@link compare} must be awaited before the next leaf. */
  get due(): boolean {
    return this.#anchors.due(this.#range.size);
  }

  /** Gets ready the tiles whose first hash comes next, at every level. */
  async prepare(bundles: boolean): Promise<void> {
    const { size } = this.#range;
    for (let level = 0, span = TILE_WIDTH; size % span === 0 && level < 7; level++, span *= TILE_WIDTH) {
      await this.result.tiles.enter(level, size / span, bundles);
    }
  }

  compare(): Promise<void> {
    return this.#anchors.compare(this.#range.size, this.#range.root());
  }

  /** Takes the hash of a leaf, as latin1 text. */
  leaf(hash: string): void {
    this.result.tiles.hash(0, this.#range.size, hash);
    this.#range.append(hash);
  }

  frame({ prefixed, openings }: Frame): void {
    const sequence = this.#range.size;
    this.leaf(digestText(prefixed));
    this.result.tiles.entry(prefixed);
    const text = prefixed.toString('latin1');
    const length = commitmentsLength(openings);
    // Inside of a string every quote is escaped, so this is the key and nothing else. Keys are sorted: `personal` is
    // followed by few short members, of which `type` is one.
    const found = text.lastIndexOf(PERSONAL, text.length - (length ?? 0) - PERSONAL.length);
    const start = found < 0 ? -1 : found + PERSONAL.length;
    if (sequence < this.#signed && text.indexOf('"type":"log.', Math.max(found, 0)) >= 0) {
      this.result.erasures.record(prefixed.subarray(1));
    }
    if (length !== undefined && start > 0 && fitsCommitments(openings, text, start)) return;
    const all = text.lastIndexOf(PERSONAL);
    const { changed, erased } = checkOpenings(
      openings,
      all < 0 ? {} : commitmentsOf(text, all + PERSONAL.length),
    );
    if (erased.length > 0) this.result.erasures.missing(sequence, erased);
    if (changed.length > 0 && this.result.changed.length < MOST_TOLD) {
      this.result.changed.push({
        kind: 'edited',
        says: `entry ${sequence}: ${changed.join(', ')} ${changed.length > 1 ? 'are' : 'is'} not what was recorded`,
        from: sequence,
        to: sequence + 1,
      });
    }
  }
}

/**
 * Goes through the journal once, growing the tree, and compares it with every checkpoint on the way, with tiles and
 * bundles, and with the commitments of personal values. Where retention removed the beginning, its tiles stand in.
 */
export const walk = async (
  files: FileLayer,
  paths: LogPaths,
  anchors: Anchors,
  progress: Progress,
): Promise<Walked> => {
  const step = new Walk(files, paths, anchors);
  const { result } = step;
  const first = (await listSegments(files, paths.journal))[0]?.first ?? 0;
  const reader = new TileReader(files, paths.tiles, first);
  for (let sequence = 0; sequence < first; sequence++) {
    const hash = (await reader.tile(0, Math.floor(sequence / TILE_WIDTH)).catch(() => []))[
      sequence % TILE_WIDTH
    ];
    if (!hash) return { ...result, entries: sequence, pruned: first };
    if (step.boundary) await step.prepare(false);
    step.leaf(hash.toString('latin1'));
    if (step.due) await step.compare();
  }
  result.pruned = first;
  result.entries = first;
  const cursor = new JournalCursor(files, paths.journal, first);
  try {
    for (let told = 0; ; ) {
      const found = await cursor.next();
      if (found.kind === 'damaged') result.damage = found;
      if (found.kind !== 'batch') return result;
      for (const frame of found.frames) {
        if (step.boundary) await step.prepare(true);
        step.frame(frame);
        if (step.due) await step.compare();
      }
      result.entries = found.first + found.count;
      if (result.entries - told >= PROGRESS_EVERY) {
        told = result.entries;
        progress(told);
      }
    }
  } finally {
    await cursor.close();
  }
};

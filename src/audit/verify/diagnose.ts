import type { FileLayer } from '../files.ts';
import type { LogPaths } from '../log-home.ts';
import type { TreeHead } from '../tree/checkpoint.ts';
import { TILE_WIDTH } from '../tree/tile-paths.ts';
import { TileReader } from '../tree/tile-reader.ts';
import { foldWhole } from '../tree/tile-tree.ts';
import { AuthenticLeaves } from './authentic-leaves.ts';
import { type LooseEntry, readLoosely } from './loose-reader.ts';
import { range, type VerifyFinding } from './report.ts';

/** The signed entries that ought to be there. */
export interface Expected {
  instance: string;
  /** The first one that retention left. */
  from: number;
  head: TreeHead;
}

const [MISSING, GENUINE, ALTERED, UNKNOWN] = [0, 1, 2, 3];

const MOST_TOLD = 20;
/** Entries under changed tiles whose hashes are kept; more are called edited without a closer look. */
const MOST_UNKNOWN = 65_536;

interface Run {
  state: number;
  from: number;
  to: number;
}

/** What every signed entry has become, as far as can be told. */
class Census {
  readonly #expected: Expected;
  readonly #states: Uint8Array;
  readonly #unknown = new Map<number, Buffer>();
  #last = -1;
  #strangers = 0;
  #foreign: string | undefined;
  #disorder: { from: number; to: number } | undefined;

  constructor(expected: Expected) {
    this.#expected = expected;
    this.#states = new Uint8Array(expected.head.size - expected.from);
  }

  get strangers(): number {
    return this.#strangers;
  }

  /** Another instance's name that entries carry, where any do. */
  get foreign(): string | undefined {
    return this.#foreign;
  }

  /** The entries between which the order was lost. */
  get disorder(): { from: number; to: number } | undefined {
    return this.#disorder;
  }

  #state(sequence: number): number {
    return this.#states[sequence - this.#expected.from] ?? MISSING;
  }

  #set(sequence: number, state: number): void {
    this.#states[sequence - this.#expected.from] = state;
  }

  async count({ leaf, says }: LooseEntry, leaves: AuthenticLeaves | undefined): Promise<void> {
    const { from, head, instance } = this.#expected;
    if (says && says.sequence >= head.size) return;
    if (
      !says ||
      says.sequence < from ||
      says.instance !== instance ||
      this.#state(says.sequence) === GENUINE
    ) {
      this.#strangers++;
      if (says && says.instance !== instance) this.#foreign = says.instance;
      return;
    }
    const { sequence } = says;
    const tile = await leaves?.tile(0, Math.floor(sequence / TILE_WIDTH));
    const expected = tile?.[sequence % TILE_WIDTH]?.toString('latin1');
    this.#set(sequence, expected === undefined ? UNKNOWN : expected === leaf ? GENUINE : ALTERED);
    if (expected === undefined && this.#unknown.size < MOST_UNKNOWN) {
      this.#unknown.set(sequence, Buffer.from(leaf, 'latin1'));
    }
    if (sequence < this.#last) {
      const { from: start = sequence, to = this.#last + 1 } = this.#disorder ?? {};
      this.#disorder = { from: Math.min(start, sequence), to: Math.max(to, this.#last + 1) };
    }
    this.#last = Math.max(this.#last, sequence);
  }

  /** Where a tile was changed, the entries under it may still lead to the tile above. */
  async settleUnknown(leaves: AuthenticLeaves): Promise<void> {
    const { from, head } = this.#expected;
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < head.size; index++) {
      const places = Array.from({ length: TILE_WIDTH }, (_, i) => index * TILE_WIDTH + i);
      if (!places.some((sequence) => this.#state(sequence) === UNKNOWN)) continue;
      const hashes = places
        .map((sequence) => this.#unknown.get(sequence))
        .filter((hash) => hash !== undefined);
      const above = await leaves.above(0, index);
      const genuine = hashes.length === TILE_WIDTH && above?.equals(foldWhole(hashes));
      for (const sequence of places) {
        if (this.#state(sequence) === UNKNOWN) this.#set(sequence, genuine ? GENUINE : ALTERED);
      }
    }
  }

  *runs(): Generator<Run> {
    const { from } = this.#expected;
    let start = 0;
    for (let i = 1; i <= this.#states.length; i++) {
      if (i < this.#states.length && this.#states[i] === this.#states[start]) continue;
      yield { state: this.#states[start] ?? MISSING, from: from + start, to: from + i };
      start = i;
    }
  }
}

const strangersSay = ({ strangers, foreign }: Census): string =>
  foreign === undefined
    ? `${strangers} entries stand in the journal that the log never had there`
    : `${strangers} entries in the journal belong to the instance ${foreign}`;

const findingOf = ({ state, from, to }: Run, end: number, strangers: boolean): VerifyFinding | undefined => {
  const which = range(from, to);
  if (state === ALTERED)
    return { kind: 'edited', says: `${which} ${to - from > 1 ? 'were' : 'was'} changed`, from, to };
  if (state !== MISSING) return undefined;
  // Something else stands in the journal: whether these were replaced or removed cannot be told.
  if (strangers) return { kind: 'edited', says: `${which} gave way to something else`, from, to };
  if (to === end) return { kind: 'truncated', says: `${which} at the end of the log were cut off`, from, to };
  return { kind: 'deleted', says: `${which} ${to - from > 1 ? 'were' : 'was'} deleted`, from, to };
};

/**
 * Finds out what happened to which entries, once it is known that they are not the signed ones. Where tiles still lead
 * to the signed root, it is told entry by entry; else from what the entries say of themselves, and `undefined` when
 * that shows nothing.
 */
export const diagnose = async (
  files: FileLayer,
  paths: LogPaths,
  expected: Expected,
): Promise<VerifyFinding[]> => {
  const { head } = expected;
  const leaves = await AuthenticLeaves.open(new TileReader(files, paths.tiles, head.size), head);
  const census = new Census(expected);
  for await (const entry of readLoosely(files, paths.journal)) await census.count(entry, leaves);
  if (leaves) await census.settleUnknown(leaves);
  const findings: VerifyFinding[] = [];
  const { disorder, strangers } = census;
  if (disorder) {
    const { from, to } = disorder;
    findings.push({ kind: 'reordered', says: `${range(from, to)} no longer stand in their order`, from, to });
  }
  if (strangers > 0) findings.push({ kind: 'edited', says: strangersSay(census) });
  let more = 0;
  for (const run of census.runs()) {
    const finding = findingOf(run, head.size, strangers > 0);
    if (finding && findings.length < MOST_TOLD) findings.push(finding);
    else if (finding) more++;
  }
  if (more > 0) findings.push({ kind: 'edited', says: `${more} more places were changed` });
  return findings;
};

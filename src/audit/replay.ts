import { GatehouseError } from '../core/index.ts';
import { parseCommitted } from './entry.ts';
import type { FileLayer } from './files.ts';
import { FIRST_SEAL, type Sealer } from './journal/batch.ts';
import { type JournalBatch, JournalCursor, type JournalDamage } from './journal/cursor.ts';
import type { JournalTail } from './journal/writer.ts';
import type { TreeHead } from './tree/checkpoint.ts';
import { prefixedLeafHash } from './tree/hashes.ts';
import type { TileWriter } from './tree/tile-writer.ts';

export const damaged = (what: string, cause?: unknown): GatehouseError =>
  new GatehouseError('log-damaged', what, {
    remedy: 'Keep the directory as evidence, run gatehouse audit verify, and restore the log from a backup.',
    cause,
  });

/** Full tiles that may wait in memory before they are written. */
const MOST_BEHIND = 64;

/** What a replay found. */
export interface Replayed {
  tail: JournalTail;
  /** Time of the newest entry, in milliseconds since the epoch; 0 without entries. */
  newest: number;
  /** What stands behind the last whole batch, where it is not the end. */
  damage: JournalDamage | undefined;
}

/** Grows a tree by the entries of a journal, from where the tree ends, and checks it against what was signed. */
export class Replay {
  readonly #sealer: Sealer;
  readonly #tiles: TileWriter;
  readonly #signed: TreeHead | undefined;
  readonly #tail: JournalTail = { segment: undefined, offset: 0, sequence: 0, seal: FIRST_SEAL };
  #newest = 0;

  constructor(sealer: Sealer, tiles: TileWriter, signed: TreeHead | undefined) {
    this.#sealer = sealer;
    this.#tiles = tiles;
    this.#signed = signed;
  }

  #checkSeal(batch: JournalBatch, leaves: readonly Buffer[]): void {
    if (batch.first + batch.count <= (this.#signed?.size ?? 0)) return;
    const follows = this.#tail.segment === undefined || batch.previous.equals(this.#tail.seal);
    if (!follows || !this.#sealer(batch.previous, batch.first, leaves).equals(batch.seal)) {
      throw damaged(`the entries from ${batch.first} on were not written by the holder of this log's key`);
    }
  }

  #take(batch: JournalBatch): void {
    const leaves = batch.frames.map(({ prefixed }) => prefixedLeafHash(prefixed));
    this.#checkSeal(batch, leaves);
    for (const [i, leaf] of leaves.entries()) {
      if (batch.first + i < this.#tiles.size) continue;
      this.#tiles.append(leaf, Buffer.from(batch.frames[i]?.prefixed.subarray(1) ?? []));
      this.#checkRoot();
    }
    const last = batch.frames.at(-1);
    if (last) this.#newest = parseCommitted(last.prefixed.subarray(1)).time;
    this.#tail.segment = batch.segment.first;
    this.#tail.offset = batch.end;
    this.#tail.sequence = batch.first + batch.count;
    this.#tail.seal = batch.seal;
  }

  #checkRoot(): void {
    const signed = this.#signed;
    if (signed?.size === this.#tiles.size && !signed.root.equals(this.#tiles.root())) {
      throw damaged(`the first ${signed.size} entries are not the ones that were signed`);
    }
  }

  /**
   * Runs to the end of the journal or to damage behind what was signed.
   * @throws {GatehouseError} `log-damaged` when signed entries are missing or changed, or later ones do not carry the
   * seal of the log's key.
   */
  async run(files: FileLayer, journal: string): Promise<Replayed> {
    // One entry earlier, so that the last batch is met even when nothing follows it.
    const cursor = new JournalCursor(files, journal, Math.max(0, this.#tiles.size - 1));
    let damage: JournalDamage | undefined;
    try {
      for (let found = await cursor.next(); found.kind !== 'end'; found = await cursor.next()) {
        if (found.kind === 'damaged') {
          damage = found;
          break;
        }
        if (found.first > this.#tiles.size) throw damaged(`the entries before ${found.first} are missing`);
        this.#take(found);
        if (this.#tiles.behind >= MOST_BEHIND) await this.#tiles.writeFull();
      }
    } finally {
      await cursor.close();
    }
    const signed = this.#signed?.size ?? 0;
    if (damage && damage.sequence < signed)
      throw damaged(`entry ${damage.sequence} was signed, but ${damage.why}`);
    if (this.#tail.sequence < signed) {
      throw damaged(`${signed} entries were signed, but the journal holds ${this.#tail.sequence}`);
    }
    return { tail: this.#tail, newest: this.#newest, damage };
  }
}

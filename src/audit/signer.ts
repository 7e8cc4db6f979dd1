import type { KeyObject } from 'node:crypto';
import type { Clock } from '../core/index.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { EncodedEntry } from './entry.ts';
import { addSignatures, type Checkpoint, parseCheckpoint, signCheckpoint } from './tree/checkpoint.ts';
import type { NoteSignature } from './tree/note.ts';
import type { TileWriter } from './tree/tile-writer.ts';

export interface SignerLimits {
  /** Milliseconds from the first entry without a checkpoint to the checkpoint that covers it; default 1,000. */
  checkpointEvery?: number;
}

/** Full tiles that wait in memory before they are written without waiting for the next checkpoint. */
const MANY_BEHIND = 8;

/**
 * Signs checkpoints of what is durable: tiles first, then the signature on disk, then whoever listens. Since the
 * signature is deterministic and covers only what is flushed, no size is ever signed with two roots.
 */
export class Signer {
  readonly #tiles: TileWriter;
  readonly #kept: CheckpointFile;
  readonly #origin: string;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #every: number;
  readonly #signed: (checkpoint: Checkpoint) => void;
  #newest: Checkpoint | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #catchingUp: Promise<unknown> | undefined;
  #failure: unknown;

  constructor(
    parts: { tiles: TileWriter; kept: CheckpointFile; origin: string; key: KeyObject; clock: Clock },
    newest: Checkpoint | undefined,
    signed: (checkpoint: Checkpoint) => void,
    { checkpointEvery = 1_000 }: SignerLimits = {},
  ) {
    this.#tiles = parts.tiles;
    this.#kept = parts.kept;
    this.#origin = parts.origin;
    this.#key = parts.key;
    this.#clock = parts.clock;
    this.#newest = newest;
    this.#signed = signed;
    this.#every = checkpointEvery;
  }

  get newest(): Checkpoint | undefined {
    return this.#newest;
  }

  /** Full tiles that are not written yet: a sign of a disk that takes no new files. */
  get behind(): number {
    return this.#tiles.behind;
  }

  /** Why the last checkpoint could not be written, undefined when it could. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Takes entries that have just become durable into the tree. */
  grow(entries: readonly EncodedEntry[], leaves: readonly Buffer[]): void {
    for (const [i, leaf] of leaves.entries()) {
      const entry = entries[i];
      if (entry) this.#tiles.append(leaf, entry.entry);
    }
    if (this.#tiles.behind >= MANY_BEHIND && this.#failure === undefined) void this.catchUp();
    this.#schedule();
  }

  /** Writes what became full; resolves when that is done or has failed. */
  catchUp(): Promise<unknown> {
    this.#catchingUp ??= this.#queue(() => this.#tiles.writeFull()).finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.sign();
    }, this.#every).unref();
  }

  /** Runs one piece of work on the files at a time. Failures are kept for {@link failure} and tried again. */
  #queue<T>(work: () => Promise<T>): Promise<T | undefined> {
    const done = this.#work.then(work).then(
      (value) => {
        this.#failure = undefined;
        return value;
      },
      (error: unknown) => {
        this.#failure = error;
        this.#schedule();
        return undefined;
      },
    );
    this.#work = done;
    return done;
  }

  /** Signs the tree as it is now, unless that is done already. Resolves to undefined when the disk does not let it. */
  sign(): Promise<Checkpoint | undefined> {
    return this.#queue(async () => {
      const snapshot = this.#tiles.snapshot();
      if (snapshot.size === (this.#newest?.size ?? 0)) return this.#newest;
      await this.#tiles.write(snapshot);
      const { size, root } = snapshot;
      const note = signCheckpoint({ origin: this.#origin, size, root }, this.#key);
      await this.#kept.append(note, this.#clock.now());
      const checkpoint = parseCheckpoint(note);
      this.#newest = checkpoint;
      this.#signed(checkpoint);
      return checkpoint;
    });
  }

  /** Keeps cosignatures of a checkpoint; they join the newest one only if it is still the same. */
  async cosigned(checkpoint: Checkpoint, lines: readonly NoteSignature[]): Promise<void> {
    await this.#queue(async () => {
      const newest = this.#newest;
      if (newest?.size !== checkpoint.size) return;
      const note = addSignatures(newest, lines);
      if (note === newest.note) return;
      await this.#kept.append(note, this.#clock.now());
      this.#newest = parseCheckpoint(note);
    });
  }

  /** Lets the files go, without signing anything more. */
  async close(): Promise<void> {
    await this.#work;
    clearTimeout(this.#timer);
    await this.#kept.close();
  }
}

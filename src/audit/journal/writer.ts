import { setImmediate as turn } from 'node:timers/promises';
import type { EncodedEntry } from '../entry.ts';
import { type FileLayer, type LogFile, writeFully, writeFullyNow } from '../files.ts';
import { prefixedLeafHash } from '../tree/hashes.ts';
import { encodeBatch, type Sealer, sealBatch } from './batch.ts';
import { FlushChoice } from './flush-choice.ts';
import { segmentPath } from './segments.ts';

/** Where the next batch goes. */
export interface JournalTail {
  /** First entry of the newest segment, undefined in an empty journal. */
  segment: number | undefined;
  /** Bytes of that segment that hold batches. */
  offset: number;
  /** Number of the next entry. */
  sequence: number;
  /** Seal of the newest batch. */
  seal: Buffer;
}

const SEGMENT_BYTES = 16_777_216;
/**
 * Space is made ready ahead in this step: flushing bytes into space that the file already has needs no change of the
 * file's length on the disk, which nearly halves the time of a flush.
 */
const AHEAD_BYTES = 1_048_576;

export interface JournalLimits {
  /** A new segment begins when one is longer than this; default 16 MiB. */
  segmentBytes?: number;
  /** Bytes of zeros written ahead of the batches; default 1 MiB, 0 for none. */
  aheadBytes?: number;
  /**
   * A few events are flushed on the event loop itself while flushes take no more than so many milliseconds and the loop
   * has little else to do; default 1, 0 for never.
   */
  blockAtMost?: number;
}

/** Appends batches to a journal. One call at a time; what fails changes nothing, and the next call starts over. */
export class JournalWriter {
  readonly #files: FileLayer;
  readonly #directory: string;
  readonly #sealer: Sealer;
  readonly #segmentBytes: number;
  readonly #aheadBytes: number;
  readonly #choice: FlushChoice;
  #tail: JournalTail;
  #file: LogFile | undefined;
  #ready = 0;
  #filling: Promise<void> | undefined;
  #turned: Promise<void> | undefined;

  constructor(
    files: FileLayer,
    directory: string,
    sealer: Sealer,
    tail: JournalTail,
    { segmentBytes = SEGMENT_BYTES, aheadBytes = AHEAD_BYTES, blockAtMost = 1 }: JournalLimits = {},
  ) {
    this.#choice = new FlushChoice(blockAtMost);
    this.#files = files;
    this.#directory = directory;
    this.#sealer = sealer;
    this.#tail = tail;
    this.#segmentBytes = segmentBytes;
    this.#aheadBytes = aheadBytes;
  }

  get sequence(): number {
    return this.#tail.sequence;
  }

  async #open(): Promise<LogFile> {
    const full = this.#tail.segment === undefined || this.#tail.offset >= this.#segmentBytes;
    if (this.#file && !full) return this.#file;
    await this.#release();
    const first = full || this.#tail.segment === undefined ? this.#tail.sequence : this.#tail.segment;
    const file = await this.#files.open(segmentPath(this.#directory, first), 'write-through');
    try {
      const offset = first === this.#tail.segment ? this.#tail.offset : 0;
      // What a failed write left behind must not be read as a batch after a later, shorter one.
      await file.truncate(offset);
      await this.#files.syncDirectory(this.#directory);
      this.#tail = { ...this.#tail, segment: first, offset };
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
    this.#ready = this.#tail.offset;
    await this.#fillAhead(file);
    return file;
  }

  /**
   * Makes a batch of entries durable. Their receipts must count up from {@link sequence}. Returns the leaf hashes.
   * @throws whatever the disk throws; the journal is then as it was.
   */
  async append(entries: readonly EncodedEntry[]): Promise<Buffer[]> {
    const { bytes, frames } = encodeBatch(entries, this.#tail.sequence, this.#tail.seal);
    const leaves = frames.map(({ prefixed }) => prefixedLeafHash(prefixed));
    const seal = this.#sealer(this.#tail.seal, this.#tail.sequence, leaves);
    sealBatch(bytes, seal);
    const file = await this.#open();
    if (this.#tail.offset + bytes.length > this.#ready) await this.#filling;
    const now = this.#choice.mayBlock(entries.length);
    // A writer that never waits for anything else must not keep the loop from its other work.
    if (now) await this.#turned;
    const start = performance.now();
    try {
      if (now) writeFullyNow(file, bytes, this.#tail.offset);
      else await writeFully(file, bytes, this.#tail.offset, 'writeThrough');
    } catch (error) {
      // After a failed flush the system may have forgotten what was dirty: only a fresh write counts (fsyncgate).
      await this.#release();
      throw error;
    }
    this.#choice.took(performance.now() - start, entries.length, now);
    const offset = this.#tail.offset + bytes.length;
    this.#tail = {
      segment: this.#tail.segment,
      offset,
      sequence: this.#tail.sequence + entries.length,
      seal,
    };
    this.#ready = Math.max(this.#ready, offset);
    if (this.#ready - offset < this.#aheadBytes / 2) void this.#fillAhead(file);
    this.#turned = now ? turn() : undefined;
    return leaves;
  }

  /** Writes zeros behind what is ready already, where no batch may go before they are written. */
  #fillAhead(file: LogFile): Promise<void> {
    const size = Math.min(this.#aheadBytes, this.#segmentBytes - this.#ready);
    if (size <= 0) return Promise.resolve();
    const start = this.#ready;
    // A disk without room for this still has room for batches, or fails for them: nothing is lost either way.
    this.#filling ??= writeFully(file, Buffer.alloc(size), start)
      .then(
        () => {
          this.#ready = start + size;
        },
        () => undefined,
      )
      .finally(() => {
        this.#filling = undefined;
      });
    return this.#filling;
  }

  async #release(): Promise<void> {
    await this.#filling;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Cuts off the space made ready and closes the file. */
  async close(): Promise<void> {
    const file = this.#file;
    await this.#filling;
    if (file) await file.truncate(this.#tail.offset).catch(() => undefined);
    await this.#release();
  }
}

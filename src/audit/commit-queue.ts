import { type Clock, type EventReceipt, GatehouseError, newId, type SecurityEvent } from '../core/index.ts';
import { type EncodedEntry, encodeEntry } from './entry.ts';
import { type PreparedEvent, prepareEvent } from './event-values.ts';
import { frameSize, MOST_BYTES, MOST_ENTRIES } from './journal/batch.ts';

/** What makes a batch durable and says so when it cannot. */
export interface BatchWriter {
  /** Number that the next entry gets. */
  sequence(): number;
  append(entries: readonly EncodedEntry[]): Promise<Buffer[]>;
}

export interface QueueLimits {
  /** Events that wait for the disk at most; more are refused (`sync`) or counted as lost. Default 10,000. */
  waiting?: number;
  /** Milliseconds until a disk that failed is tried again for events that nobody waits for. Default 1,000. */
  retryAfter?: number;
}

interface Waiting {
  event: PreparedEvent;
  id: string;
  time: number;
  settle: { resolve(receipt: EventReceipt): void; reject(error: unknown): void } | undefined;
}

/** A clock may be corrected by this many milliseconds without being worth a record. */
const STEP = 1_000;

const unavailable = (cause: unknown): GatehouseError =>
  new GatehouseError('log-unavailable', 'the security log cannot be written, so the act is refused', {
    remedy: 'Make room on the disk or make the data directory writable; the log goes on by itself.',
    cause,
  });

/**
 * Turns single events into batches. A batch is made of everything that came while the one before was flushed, so one
 * writer waits for one flush and sixty-four share one. Events that somebody waits for fail when the disk does; the
 * others wait in a queue of fixed length, and what does not fit is counted and recorded once the disk is back.
 */
export class CommitQueue {
  readonly #writer: BatchWriter;
  readonly #clock: Clock;
  readonly #instance: string;
  readonly #committed: (entries: readonly EncodedEntry[], leaves: readonly Buffer[]) => void;
  readonly #mostWaiting: number;
  readonly #retryAfter: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #lost = { count: 0, since: 0 };
  #newest: number;

  constructor(
    writer: BatchWriter,
    clock: Clock,
    instance: string,
    /** Time of the newest entry there is. */
    newest: number,
    committed: (entries: readonly EncodedEntry[], leaves: readonly Buffer[]) => void,
    { waiting = 10_000, retryAfter = 1_000 }: QueueLimits = {},
  ) {
    this.#writer = writer;
    this.#clock = clock;
    this.#instance = instance;
    this.#newest = newest;
    this.#committed = committed;
    this.#mostWaiting = waiting;
    this.#retryAfter = retryAfter;
  }

  /** Events lost for want of room since the disk failed; 0 once that is on record. */
  get lost(): number {
    return this.#lost.count;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  #time(): number {
    const now = this.#clock.now();
    const back = this.#newest - now;
    this.#newest = now;
    if (back > STEP) {
      const reason = `the clock went back by ${back} ms`;
      this.#put(prepareEvent({ type: 'log.clock-stepped', outcome: 'failure', fields: { reason } }), now);
    }
    return now;
  }

  #put(event: PreparedEvent, time: number, settle?: Waiting['settle']): void {
    this.#waiting.push({ event, id: newId('evt'), time, settle });
  }

  #start(): void {
    // Not at once: whatever else happens in this turn of the event loop shares the flush.
    this.#running ??= Promise.resolve()
      .then(() => this.#run())
      .finally(() => {
        this.#running = undefined;
        if (this.#waiting.length > 0 && !this.#retry) this.#start();
      });
  }

  /**
   * Resolves when the event is on disk.
   * @throws {GatehouseError} `log-unavailable` when it cannot be kept.
   */
  async keep(event: PreparedEvent): Promise<EventReceipt> {
    const time = this.#time();
    if (this.#waiting.length >= this.#mostWaiting) throw unavailable(undefined);
    return new Promise((resolve, reject) => {
      this.#put(event, time, { resolve, reject });
      this.#start();
    });
  }

  /** Takes an event over; it is written soon, or counted as lost when the disk stays full for too long. */
  take(event: PreparedEvent): void {
    const time = this.#time();
    if (this.#waiting.length >= this.#mostWaiting) {
      this.#lose(time);
      return;
    }
    this.#put(event, time);
    if (!this.#retry) this.#start();
  }

  #lose(time: number): void {
    if (this.#lost.count++ === 0) this.#lost.since = time;
  }

  #batch(): { taken: Waiting[]; entries: EncodedEntry[] } {
    const taken: Waiting[] = [];
    const entries: EncodedEntry[] = [];
    let size = 0;
    let used = 0;
    for (const waiting of this.#waiting) {
      if (entries.length === MOST_ENTRIES || size >= MOST_BYTES) break;
      used++;
      const sequence = this.#writer.sequence() + entries.length;
      try {
        const receipt = { id: waiting.id, instance: this.#instance, sequence };
        const entry = encodeEntry(waiting.event, receipt, waiting.time);
        size += frameSize(entry);
        entries.push(entry);
        taken.push(waiting);
      } catch (error) {
        waiting.settle?.reject(error);
      }
    }
    this.#waiting.splice(0, used);
    return { taken, entries };
  }

  #recordGap(): void {
    if (this.#lost.count === 0) return;
    const { count, since } = this.#lost;
    this.#lost = { count: 0, since: 0 };
    const event: SecurityEvent = { type: 'log.gap', outcome: 'failure', fields: { count, since } };
    this.#put(prepareEvent(event), this.#clock.now());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { taken, entries } = this.#batch();
      if (entries.length === 0) continue;
      let leaves: Buffer[];
      try {
        leaves = await this.#writer.append(entries);
      } catch (cause) {
        this.#fail(taken, cause);
        return;
      }
      this.#committed(entries, leaves);
      for (const [i, { settle }] of taken.entries()) {
        const receipt = entries[i]?.receipt;
        if (receipt) settle?.resolve(receipt);
      }
      this.#recordGap();
    }
  }

  #fail(taken: readonly Waiting[], cause: unknown): void {
    const kept: Waiting[] = [];
    for (const waiting of [...taken, ...this.#waiting]) {
      if (waiting.settle) waiting.settle.reject(unavailable(cause));
      else if (kept.length < this.#mostWaiting) kept.push(waiting);
      else this.#lose(waiting.time);
    }
    this.#waiting = kept;
    if (kept.length === 0 && this.#lost.count === 0) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      if (this.#waiting.length === 0) this.#recordGap();
      this.#start();
    }, this.#retryAfter).unref();
  }

  /** Resolves when nothing waits any more, or the disk has failed. */
  async drain(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#waiting.length > 0) this.#start();
    while (this.#running) {
      await this.#running;
      if (this.#retry) break;
    }
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }
}

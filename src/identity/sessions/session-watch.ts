import type { Clock } from '../../core/index.ts';
import type { Store } from '../../store/index.ts';
import type { SessionEnd } from '../types.ts';
import { type EpochName, readEpochs } from './epochs.ts';

/** A stall longer than this and ended sessions may have been cleared away unseen: everything is read again. */
const LONGEST_GAP = 3_600_000;

export interface WatchOptions {
  store: Store;
  clock: Clock;
  /** Milliseconds between two looks. */
  interval: number;
  /** Every living session that ended since the last look, once each. */
  onEnded(id: string, why: SessionEnd): void;
  /** So much may have happened unseen that nothing remembered counts. */
  onLost(): void;
  onKeysChanged(): Promise<void>;
  /** What else is to be done at every look; failures are tried again at the next one. */
  beside(): Promise<void>;
}

/** Looks at the epochs in the database, so that what one instance ends or changes counts on all within a second. */
export class SessionWatch {
  readonly #options: WatchOptions;
  #known: Record<EpochName, number> = { ends: 0, changes: 0, keys: 0 };
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #generation = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    const began = this.#options.clock.monotonic();
    this.#known = await readEpochs(this.#options.store.db);
    this.#lookedAt = began;
    this.#schedule();
  }

  /** The epoch of changes that was seen last. */
  get changes(): number {
    return this.#known.changes;
  }

  /** Grows whenever a look found something: what was read before it may be out of date. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether the last look was at most `milliseconds` ago. */
  isFresh(milliseconds: number): boolean {
    return this.#options.clock.monotonic() - this.#lookedAt <= milliseconds;
  }

  /** Looks now; calls at the same time share one look that begins after each of them. */
  async look(): Promise<void> {
    if (this.#looking !== undefined) await this.#looking.catch(() => undefined);
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking?.catch(() => undefined);
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.look()
        .then(() => this.#options.beside())
        // The database is away: `isFresh` turns false by itself and nobody is let in from memory.
        .catch(() => undefined)
        .finally(() => this.#schedule());
    }, this.#options.interval);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { store, clock, onEnded, onLost, onKeysChanged } = this.#options;
    const began = clock.monotonic();
    const lost = began - this.#lookedAt > LONGEST_GAP;
    const known = this.#known;
    const seen = await readEpochs(store.db);
    const ended =
      seen.ends > known.ends
        ? await store.db
            .selectFrom('sessions')
            .select(['id', 'ended_why'])
            .where('ended_epoch', '>', known.ends)
            .where('ended_epoch', '<=', seen.ends)
            .execute()
        : [];
    if (seen.keys > known.keys) await onKeysChanged();
    this.#known = seen;
    if (lost || seen.ends !== known.ends || seen.changes !== known.changes) this.#generation++;
    if (lost) onLost();
    for (const { id, ended_why } of ended) onEnded(id, (ended_why ?? 'revoked') as SessionEnd);
    this.#lookedAt = began;
  }
}

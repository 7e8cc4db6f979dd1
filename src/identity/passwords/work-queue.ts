import { GatehouseError } from '../../core/index.ts';

/** Thrown when the queue is full. `retryAfter` is in milliseconds. */
export class Busy extends GatehouseError {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('busy', 'too many passwords are being checked at once', {
      exposable: true,
      remedy: `Try again in ${Math.ceil(retryAfter / 1_000)} s.`,
    });
    this.retryAfter = retryAfter;
  }
}

/**
 * Runs at most `width` jobs at once and lets `capacity` more wait. A burst of sign-ins would otherwise fill the thread
 * pool, which file writes and TLS need too, and the memory (19 MiB a hash).
 */
export class WorkQueue {
  readonly #width: number;
  readonly #capacity: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  // A moving average of how long a job takes, for an honest Retry-After.
  #average = 50;

  constructor(width: number, capacity: number) {
    this.#width = width;
    this.#capacity = capacity;
  }

  /** @throws {Busy} at once when `capacity` jobs wait already. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#width) {
      if (this.#waiting.length >= this.#capacity) throw new Busy(this.#retryAfter());
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    const began = performance.now();
    try {
      return await job();
    } finally {
      this.#average += (performance.now() - began - this.#average) / 8;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #retryAfter(): number {
    return Math.max(1_000, Math.ceil((this.#average * this.#waiting.length) / this.#width));
  }
}

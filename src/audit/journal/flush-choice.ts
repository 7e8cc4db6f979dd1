import { performance } from 'node:perf_hooks';

/**
 * Flushes for which the event loop is left alone after one that took a little too long: n times as many after one of n
 * times the length, and twice as many after the next one.
 */
const LEAST_CAREFUL = 4;
const MOST_CAREFUL = 1_024;
/** After so many short flushes in a row half as many. Where more than 3 of 100 are long, care grows and stays. */
const CALM = 32;
/** Share of its time that the event loop may be busy with other things while it still waits for a flush itself. */
const BUSY = 0.25;
/** Milliseconds over which that share is taken. */
const WINDOW = 20;
/** Events of a batch that the loop waits for at most: with more, the way to the thread pool is a small part of it. */
const FEW = 16;
/** Milliseconds that recording an event takes beside its flush, and a little more: not one of those other things. */
const RECORDING = 0.1;

/** What is to be known of an event loop, in milliseconds. */
export interface LoopTimes {
  now(): number;
  /** Time so far in which the loop did not wait for events. */
  active(): number;
}

const ownLoop: LoopTimes = {
  now: () => performance.now(),
  active: () => performance.eventLoopUtilization().active,
};

/**
 * Decides whether a few events are flushed on the event loop itself. The way to the thread pool and back costs as much
 * as the flush of a fast disk, so a writer that is alone gets twice as far without it. The loop is only made to wait
 * while it has little else to do and flushes have been short, so that requests do not wait for the disk.
 */
export class FlushChoice {
  readonly #longest: number;
  readonly #loop: LoopTimes;
  // A disk that nobody knows yet is not waited for.
  #careful = LEAST_CAREFUL;
  #next = LEAST_CAREFUL;
  #calm = 0;
  #activeFrom: number;
  #from: number;
  #own = 0;
  #idle = true;

  /** @param longest milliseconds that a flush may take; 0 for never on the event loop. */
  constructor(longest: number, loop: LoopTimes = ownLoop) {
    this.#longest = longest;
    this.#loop = loop;
    this.#activeFrom = loop.active();
    this.#from = loop.now();
  }

  #look(): void {
    const now = this.#loop.now();
    const elapsed = now - this.#from;
    if (elapsed < WINDOW) return;
    const active = this.#loop.active();
    this.#idle = active - this.#activeFrom - this.#own < BUSY * elapsed;
    this.#activeFrom = active;
    this.#from = now;
    this.#own = 0;
  }

  /** Whether the loop may wait for the flush of so many events. */
  mayBlock(events: number): boolean {
    if (this.#longest === 0) return false;
    this.#look();
    if (events > FEW) return false;
    return this.#careful === 0 && this.#idle;
  }

  /** Told how many milliseconds a flush of so many events took, and whether the event loop waited for it. */
  took(milliseconds: number, events: number, blocked: boolean): void {
    this.#own += RECORDING * events + (blocked ? milliseconds : 0);
    if (milliseconds > this.#longest) {
      this.#careful = Math.min(MOST_CAREFUL, Math.ceil((this.#next * milliseconds) / this.#longest));
      this.#next = Math.min(MOST_CAREFUL, this.#next * 2);
      this.#calm = 0;
      return;
    }
    if (this.#careful > 0) this.#careful--;
    if (++this.#calm < CALM) return;
    this.#calm = 0;
    this.#next = Math.max(LEAST_CAREFUL, this.#next / 2);
  }
}

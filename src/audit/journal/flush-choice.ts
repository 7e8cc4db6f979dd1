import { performance } from 'node:perf_hooks';

/** Flushes for which the event loop is left alone after one that took too long. */
const CAREFUL = 64;
/** Share of its time that the event loop may be busy with other things while it still waits for a flush itself. */
const BUSY = 0.5;
/** Milliseconds over which that share is taken. */
const WINDOW = 20;

/**
 * Decides whether a lone event is flushed on the event loop itself. The way to the thread pool and back costs as much
 * as the flush of a fast disk, so a writer that is alone gets twice as far without it. The loop is only made to wait
 * while it has little else to do and flushes have been short, so that requests do not wait for the disk.
 */
export class FlushChoice {
  readonly #longest: number;
  #careful = 0;
  #from = performance.eventLoopUtilization();
  #fromTime = performance.now();
  #blocked = 0;
  #idle = true;

  /** @param longest milliseconds that a flush may take; 0 for never on the event loop. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  #look(): void {
    const now = performance.now();
    const elapsed = now - this.#fromTime;
    if (elapsed < WINDOW) return;
    const { active } = performance.eventLoopUtilization(this.#from);
    this.#idle = active - this.#blocked < BUSY * elapsed;
    this.#from = performance.eventLoopUtilization();
    this.#fromTime = now;
    this.#blocked = 0;
  }

  get mayBlock(): boolean {
    if (this.#longest === 0) return false;
    this.#look();
    return this.#idle && this.#careful === 0;
  }

  /** Told how many milliseconds a flush took, and whether the event loop waited for it. */
  took(milliseconds: number, blocked: boolean): void {
    if (blocked) this.#blocked += milliseconds;
    if (milliseconds > this.#longest) this.#careful = CAREFUL;
    else if (this.#careful > 0) this.#careful--;
  }
}

import type { Clock } from '../core/index.ts';

/** Something that goes on for a while: a request, an event stream, a WebSocket. */
export interface LiveEntry {
  /** The session it belongs to; undefined for public routes. */
  sessionId: string | undefined;
  /** Ends it at once. */
  end(): void;
  /** Called about once a second with the monotonic time; ends what has been silent for too long. */
  sweep?(now: number): void;
}

/**
 * All that goes on at the gate, so that the end of a session ends its streams (C08) and slow peers are dropped
 * (C25). Its size is bounded by the listener's limits on connections and streams.
 */
export class Live {
  readonly #entries = new Set<LiveEntry>();
  readonly #bySession = new Map<string, Set<LiveEntry>>();
  readonly #timer: NodeJS.Timeout;

  constructor(clock: Clock) {
    this.#timer = setInterval(() => {
      const now = clock.monotonic();
      for (const entry of this.#entries) entry.sweep?.(now);
    }, 1_000);
    this.#timer.unref();
  }

  get size(): number {
    return this.#entries.size;
  }

  add(entry: LiveEntry): void {
    this.#entries.add(entry);
    if (entry.sessionId === undefined) return;
    const entries = this.#bySession.get(entry.sessionId);
    if (entries === undefined) this.#bySession.set(entry.sessionId, new Set([entry]));
    else entries.add(entry);
  }

  remove(entry: LiveEntry): void {
    this.#entries.delete(entry);
    if (entry.sessionId === undefined) return;
    const entries = this.#bySession.get(entry.sessionId);
    entries?.delete(entry);
    if (entries?.size === 0) this.#bySession.delete(entry.sessionId);
  }

  endSession(sessionId: string): void {
    for (const entry of [...(this.#bySession.get(sessionId) ?? [])]) entry.end();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const entry of [...this.#entries]) entry.end();
  }
}

import type { Clock, EventFields, SecurityEvent } from '../core/index.ts';
import { type PreparedEvent, prepareEvent } from './event-values.ts';

export interface FloodLimits {
  /** Events that are recorded one by one in a burst; default 200. */
  burst?: number;
  /** Events a second that are recorded one by one for as long as it takes; default 2. */
  perSecond?: number;
  /** Milliseconds for which alike events are counted before the count is recorded; default 10,000. */
  window?: number;
  /** The window doubles while a flood goes on, up to this; default 300,000. */
  longestWindow?: number;
  /** Kinds of alike events counted apart; what is beyond is counted together. Default 128. */
  kinds?: number;
}

interface Count {
  event: PreparedEvent;
  count: number;
  since: number;
}

/** What makes events alike. Values of clients, such as paths and accounts, are not among it: they are endless. */
const KIND_FIELDS = ['app', 'guard', 'reason', 'status', 'network'] as const;

const kindOf = ({ type, outcome, fields }: SecurityEvent): string =>
  `${type} ${outcome} ${fields.app} ${fields.guard} ${fields.reason?.slice(0, 200)} ${fields.status} ${fields.network?.slice(0, 64)}`;

const alikeFields = (fields: EventFields): EventFields =>
  Object.fromEntries([...KIND_FIELDS, 'incident' as const].map((name) => [name, fields[name]]));

/**
 * Lets the first refusals through one by one and counts the rest, so that whoever sends a million bad requests gets a
 * few lines of the log and not the disk. With the defaults a flood that never ends writes about 100 MB a day.
 */
export class FloodGate {
  readonly #clock: Clock;
  readonly #emit: (event: PreparedEvent) => void;
  readonly #limits: Required<FloodLimits>;
  #tokens: number;
  #refilled: number;
  #window: number;
  #timer: NodeJS.Timeout | undefined;
  // Capped by `kinds`: stops a flood of ever new networks from filling the memory.
  #counts = new Map<string, Count>();

  constructor(clock: Clock, emit: (event: PreparedEvent) => void, limits: FloodLimits = {}) {
    this.#clock = clock;
    this.#emit = emit;
    this.#limits = {
      burst: 200,
      perSecond: 2,
      window: 10_000,
      longestWindow: 300_000,
      kinds: 128,
      ...limits,
    };
    this.#tokens = this.#limits.burst;
    this.#refilled = clock.monotonic();
    this.#window = this.#limits.window;
  }

  #takeToken(): boolean {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#refilled) / 1_000) * this.#limits.perSecond;
    this.#tokens = Math.min(this.#limits.burst, this.#tokens + earned);
    this.#refilled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /**
   * Records an event now, or counts it.
   * @throws {GatehouseError} `event-invalid` when it is not what its type may carry.
   */
  take(event: SecurityEvent): void {
    if (this.#takeToken()) this.#emit(prepareEvent(event));
    else this.#count(event);
  }

  #count(event: SecurityEvent): void {
    const kind = kindOf(event);
    const known = this.#counts.get(kind) ?? this.#counts.get(event.type);
    if (known) {
      known.count++;
      return;
    }
    const room = this.#counts.size < this.#limits.kinds;
    const { type, outcome, fields } = event;
    const alike = room ? alikeFields(fields) : { reason: 'of many kinds' };
    const prepared = prepareEvent({ type, outcome, fields: alike });
    this.#counts.set(room ? kind : type, { event: prepared, count: 1, since: this.#clock.now() });
    this.#timer ??= setTimeout(() => this.#flush(), this.#window).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    this.#window =
      counts.length === 0 ? this.#limits.window : Math.min(this.#limits.longestWindow, this.#window * 2);
    for (const { event, count, since } of counts) {
      this.#emit({ ...event, public: { ...event.public, count, since } });
    }
    // One quiet window brings the short one back.
    if (counts.length > 0) this.#timer = setTimeout(() => this.#flush(), this.#window).unref();
  }

  /** Records what was counted so far. */
  close(): void {
    this.#flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

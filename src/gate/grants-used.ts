import type { DecidingRule } from '../access/index.ts';
import type { Clock, EventSink } from '../core/index.ts';
import type { Session } from '../identity/index.ts';

const FLUSH_EVERY = 60_000;
/** Sessions and rules counted between two flushes: a flood of sessions is written out early instead of kept. */
const MOST = 20_000;

interface Use {
  session: Session;
  app: string;
  rule: DecidingRule;
  count: number;
  since: number;
}

/**
 * Which rule let whom in, counted and written once a minute for each session, app and rule: what reviews of grants
 * ask for (C14), at the price of two look-ups a request.
 */
export class GrantsUsed {
  readonly #events: EventSink;
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  /** By session and rule; a session belongs to one app. */
  #uses = new Map<string, Map<DecidingRule, Use>>();
  #size = 0;

  constructor(events: EventSink, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY);
    this.#timer.unref();
  }

  /** Counts one request that `rule` let in. */
  used(session: Session, app: string, rule: DecidingRule): void {
    let rules = this.#uses.get(session.id);
    if (rules === undefined) {
      rules = new Map();
      this.#uses.set(session.id, rules);
    }
    const use = rules.get(rule);
    if (use !== undefined) {
      use.count += 1;
      return;
    }
    rules.set(rule, { session, app, rule, count: 1, since: this.#clock.now() });
    this.#size += 1;
    if (this.#size >= MOST) void this.flush();
  }

  /** Writes what was counted; what cannot be written is lost, as the log itself then says. */
  async flush(): Promise<void> {
    const uses = [...this.#uses.values()].flatMap((rules) => [...rules.values()]);
    this.#uses = new Map();
    this.#size = 0;
    for (const { session, app, rule, count, since } of uses) {
      const { person } = session;
      await this.#events
        .record({
          type: 'access.used',
          outcome: 'success',
          fields: {
            actor: person.id,
            name: person.name,
            session: session.id,
            app,
            guard: 'access',
            reason: rule.id.slice(0, 200),
            roles: person.roles.slice(0, 64),
            count,
            since,
          },
        })
        .catch(() => {});
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

import { networkOf } from '../core/index.ts';
import type { Exchange } from './exchange.ts';
import type { Facts } from './facts.ts';
import type { GateLimits } from './settings.ts';

/**
 * How much goes on at once for each person, and for each network of those who are not signed in (C25): requests, event
 * streams and WebSockets until they end. Its size is bounded by the listener's limits on connections and streams.
 */
export class AtOnce {
  readonly #counts = new Map<string, number>();

  /** Counts an exchange until it closes; false, and uncounted, where there are too many. */
  enter(exchange: Exchange, { session, client }: Facts, limits: GateLimits): boolean {
    const key = session === undefined ? networkOf(client.address) : session.person.id;
    const most = session === undefined ? limits.requestsPerAddress : limits.requestsPerPerson;
    const before = this.#counts.get(key) ?? 0;
    if (before >= most) return false;
    this.#counts.set(key, before + 1);
    exchange.onClosed(() => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    });
    return true;
  }
}

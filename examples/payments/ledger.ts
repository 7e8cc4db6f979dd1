import { type Payment, paymentSource, rateAt, type Status } from './payment.ts';
import { seeded } from './random.ts';

/** Most payments kept; older ones go, so that the demonstration can run for months. */
export const LEDGER_SIZE = 6_000;

/** How far back it has a past when it starts, in milliseconds. */
const PAST = 10 * 60_000;
/** One step of time, in milliseconds. */
export const STEP = 250;

export interface Query {
  text?: string | undefined;
  status?: Status | undefined;
  limit: number;
}

export type Decision = { held: true; by: string; why: string } | { held: false; by: string };

/** The payments of the last minutes, the newest last, and what people decided about them. */
export class Ledger {
  readonly #payments = new Map<string, Payment>();
  readonly #next: (at: number) => Payment;
  readonly #random;
  #time: number;

  constructor(seed: number, now: number) {
    this.#next = paymentSource(seed);
    this.#random = seeded(seed ^ 0x5bd1e995);
    this.#time = now - PAST;
    this.advance(now);
  }

  /** Lets time pass until `now` and returns the payments that were made meanwhile. */
  advance(now: number): Payment[] {
    const made: Payment[] = [];
    // After a long sleep of the machine only the recent past is made up again.
    if (now - this.#time > PAST) this.#time = now - PAST;
    while (this.#time + STEP <= now) {
      const expected = (rateAt(this.#time) * STEP) / 1_000;
      let due = Math.floor(expected) + (this.#random.next() < expected % 1 ? 1 : 0);
      if (this.#random.next() < 0.12) due += 1;
      for (; due > 0; due--) made.push(this.#next(this.#time + Math.floor(this.#random.next() * STEP)));
      this.#time += STEP;
    }
    for (const payment of made) this.#payments.set(payment.id, payment);
    for (const id of this.#payments.keys()) {
      if (this.#payments.size <= LEDGER_SIZE) break;
      this.#payments.delete(id);
    }
    return made;
  }

  find(id: string): Payment | undefined {
    return this.#payments.get(id);
  }

  /** The newest first. */
  search({ text = '', status, limit }: Query): Payment[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found: Payment[] = [];
    for (const payment of [...this.#payments.values()].reverse()) {
      if (found.length >= limit) break;
      if (status !== undefined && payment.status !== status) continue;
      const { id, merchant, trade, buyerCountry, currency, method, tail } = payment;
      const haystack = [id, merchant, trade, buyerCountry, currency, method, tail].join(' ').toLowerCase();
      if (words.every((word) => haystack.includes(word))) found.push(payment);
    }
    return found;
  }

  /** Every payment from `since` on, the oldest first. */
  since(since: number): Payment[] {
    return [...this.#payments.values()].filter(({ at }) => at >= since);
  }

  /** Holds a payment back or lets it go; undefined when it does not exist or was declined. */
  decide(id: string, decision: Decision): Payment | undefined {
    const payment = this.#payments.get(id);
    if (!payment || payment.status === 'declined') return undefined;
    const decided: Payment = decision.held
      ? { ...payment, status: 'held', note: `Held by ${decision.by}: ${decision.why}` }
      : { ...payment, status: 'approved', note: `Released by ${decision.by}` };
    this.#payments.set(id, decided);
    return decided;
  }
}

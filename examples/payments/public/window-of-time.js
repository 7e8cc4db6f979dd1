/** What the charts look at, in milliseconds, and how finely. */
export const SPAN = 300_000;
export const BIN = 5_000;

/** The payments of the last five minutes and what the charts need to know about them. */
export class WindowOfTime {
  payments = [];
  #skew = 0;
  #places = new Map();

  /** The server's clock, so that a wrong one here does not shift the picture. */
  now() {
    return Date.now() + this.#skew;
  }

  restart(now, payments) {
    this.payments = [];
    this.#places.clear();
    this.add(now, payments);
  }

  add(now, payments) {
    this.#skew = now - Date.now();
    for (const payment of payments) {
      this.#places.set(payment.id, payment);
      this.payments.push(payment);
    }
    const first = this.payments.findIndex(({ at }) => at >= now - SPAN - BIN);
    for (const { id } of this.payments.splice(0, Math.max(0, first))) this.#places.delete(id);
  }

  change(payment) {
    const known = this.#places.get(payment.id);
    if (known) Object.assign(known, payment);
  }

  /** Counts by status in steps of `BIN`, the oldest first; only steps that are over. */
  bins() {
    const last = Math.floor(this.now() / BIN) * BIN;
    const count = SPAN / BIN;
    const bins = Array.from({ length: count }, (_, i) => ({
      at: last - (count - i) * BIN,
      approved: 0,
      review: 0,
      declined: 0,
      cents: 0,
    }));
    for (const { at, status, cents } of this.payments) {
      const bin = bins[Math.floor((at - last) / BIN) + count];
      if (!bin) continue;
      bin[status === 'held' ? 'review' : status]++;
      if (status === 'approved') bin.cents += cents;
    }
    return bins;
  }
}

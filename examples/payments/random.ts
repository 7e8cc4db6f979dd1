/** A stream of numbers that is the same for the same seed, so that a demonstration can be repeated. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of `items`, chosen in proportion to `weight`. */
  pick<T>(items: readonly T[], weight?: (item: T) => number): T;
  /** From the normal distribution with this mean and deviation. */
  normal(mean: number, deviation: number): number;
}

/** mulberry32: good enough for a picture, useless for a secret. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items, weight = () => 1) => {
      let point = next() * items.reduce((sum, item) => sum + weight(item), 0);
      const chosen = items.find((item) => {
        point -= weight(item);
        return point < 0;
      });
      return chosen ?? (items[items.length - 1] as (typeof items)[number]);
    },
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
};

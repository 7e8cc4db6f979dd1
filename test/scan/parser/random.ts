/** A source of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One of `values`, or `fallback` if there are none. */
export const pick = <T>(random: () => number, values: readonly T[], fallback: T): T =>
  values[Math.floor(random() * values.length)] ?? fallback;

/** `count` of `values`, none twice, in their order. */
export const sample = <T>(random: () => number, values: readonly T[], count: number): T[] => {
  const keyed = values.map((value, at) => ({ value, at, key: random() }));
  keyed.sort((a, b) => a.key - b.key);
  return keyed
    .slice(0, count)
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
};

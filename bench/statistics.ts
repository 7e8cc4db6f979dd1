/** Middle and quartiles of a sample, in its own unit. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** The value below which `part` (0 to 1) of the sample lies, interpolated between neighbours; NaN without values. */
export const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/**
 * How many times the baseline a subject is. The two are compared round by round, as they ran side by side: what the
 * machine did meanwhile is in both.
 */
export const ratioOf = (subject: readonly number[], baseline: readonly number[]): Spread =>
  spreadOf(subject.map((value, i) => value / (baseline[i] ?? Number.NaN)));

/** Slope of the line through `values` at `times` by least squares, in units of value a unit of time. */
export const slopeOf = (times: readonly number[], values: readonly number[]): number => {
  const mean = (sample: readonly number[]): number =>
    sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const [middleTime, middleValue] = [mean(times), mean(values)];
  let [over, under] = [0, 0];
  for (const [i, time] of times.entries()) {
    over += (time - middleTime) * ((values[i] ?? middleValue) - middleValue);
    under += (time - middleTime) ** 2;
  }
  return under === 0 ? 0 : over / under;
};

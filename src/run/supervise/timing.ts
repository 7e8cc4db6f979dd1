/** How patient the supervisor is; all in milliseconds but for `crashes`. */
export interface Timing {
  /** From a start until the app has to answer. */
  startTimeout: number;
  /** From the request to stop until the app is killed. */
  stopGrace: number;
  /** Between two looks whether it answers. */
  probeEvery: number;
  /** Before the first restart; each further one waits twice as long, up to `longestDelay`. */
  firstDelay: number;
  longestDelay: number;
  /** An app that ran so long is well: its earlier ends no longer count. */
  well: number;
  /** So many ends in a row without having been well are a crash loop. */
  crashes: number;
}

export const TIMING: Timing = {
  startTimeout: 120_000,
  stopGrace: 8_000,
  probeEvery: 150,
  firstDelay: 500,
  longestDelay: 30_000,
  well: 60_000,
  crashes: 6,
};

/**
 * After an end that came `ran` milliseconds after the start, with `before` ends in a row: how many those are now, and
 * how long to wait until the next start; undefined when no further start makes sense.
 */
export const afterEnd = (
  before: number,
  ran: number,
  timing: Timing,
): { ends: number; wait: number | undefined } => {
  const ends = ran >= timing.well ? 1 : before + 1;
  const wait = Math.min(timing.longestDelay, timing.firstDelay * 2 ** (ends - 1));
  return { ends, wait: ends >= timing.crashes ? undefined : wait };
};

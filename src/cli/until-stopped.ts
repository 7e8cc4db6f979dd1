const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const IMPATIENT_AFTER = 1_000;
/** Longest time to stop, in milliseconds: the grace of apps and streams, and some more for a slow disk. */
const STOP_WITHIN = 60_000;

const giveUp = (): never => {
  process.stderr.write(`Not everything has stopped within ${STOP_WITHIN / 1_000} s; ended without it.\n`);
  process.exit(1);
};

/**
 * Resolves at the first signal to stop. A second one, more than a second later, ends the process at once, and so does
 * the end of a minute: something that hangs must not keep a service from being started again.
 */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        // A terminal and a wrapping process may both deliver the same signal.
        if (first !== undefined && performance.now() - first > IMPATIENT_AFTER) process.exit(1);
        if (first === undefined) setTimeout(giveUp, STOP_WITHIN).unref();
        first ??= performance.now();
        resolve(signal);
      });
    }
  });

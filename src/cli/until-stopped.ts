const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const IMPATIENT_AFTER = 1_000;

/** Resolves at the first signal to stop. A second one, more than a second later, ends the process at once. */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        // A terminal and a wrapping process may both deliver the same signal.
        if (first !== undefined && performance.now() - first > IMPATIENT_AFTER) process.exit(1);
        first ??= performance.now();
        resolve(signal);
      });
    }
  });

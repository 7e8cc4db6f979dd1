import type { Growth } from './read-entries.ts';

/** Wakes everyone who waits for the log to grow. */
export interface Bell {
  ring(): void;
  growth: Growth;
}

export const createBell = (): Bell => {
  let waiting = new Set<() => void>();
  return {
    ring: () => {
      const woken = waiting;
      waiting = new Set();
      for (const wake of woken) wake();
    },
    growth: (signal) =>
      new Promise((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          resolve();
        };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', wake);
        waiting.add(wake);
      }),
  };
};

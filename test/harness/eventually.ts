import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds, looking every 20 ms; the milliseconds it took. Rejects after `limit` milliseconds. */
export const eventually = async (
  condition: () => boolean | Promise<boolean>,
  limit: number,
): Promise<number> => {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > limit) throw new Error(`it did not happen within ${limit} ms`);
    await sleep(20);
  }
  return performance.now() - start;
};

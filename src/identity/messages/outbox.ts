import { setTimeout as wait } from 'node:timers/promises';
import { type EventFields, type EventSink, isGatehouseError } from '../../core/index.ts';

/** Jobs that may wait; stops a flood of requests for links from filling the memory. */
const MOST_WAITING = 1_000;
const AT_ONCE = 4;
const PAUSES = [0, 5_000, 30_000];

export interface Outbox {
  /** Takes a job over, to be done soon and in order; false when too many wait. */
  add(job: () => Promise<void>): boolean;
  /**
   * Sends, tries again twice when that fails, and records how it ended. What the message said is not recorded.
   * @throws never.
   */
  deliver(send: () => Promise<void>, fields: EventFields): Promise<void>;
  /** Ends when everything that was taken over has been tried. */
  close(): Promise<void>;
}

/** Works apart from the requests that ask for it, so that how long it takes tells nobody anything. */
export const openOutbox = (events: EventSink): Outbox => {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  const next = (): void => {
    while (running.size < AT_ONCE) {
      const job = waiting.shift();
      if (job === undefined) return;
      const run = job()
        // A job reports what fails in it; what is left is the log itself.
        .catch(() => undefined)
        .finally(() => {
          running.delete(run);
          next();
        });
      running.add(run);
    }
  };

  return {
    add: (job) => {
      if (closing.signal.aborted || waiting.length >= MOST_WAITING) return false;
      waiting.push(job);
      setImmediate(next);
      return true;
    },
    deliver: async (send, fields) => {
      for (const [index, pause] of PAUSES.entries()) {
        const isLast = index === PAUSES.length - 1 || closing.signal.aborted;
        // Aborted: the process is about to end, and this try is the last one.
        await wait(pause, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
        try {
          await send();
          await events.record({ type: 'message.sent', outcome: 'success', fields });
          return;
        } catch (error) {
          if (!isLast) continue;
          const reason = isGatehouseError(error) ? error.message.slice(0, 200) : 'unknown';
          await events
            .record({ type: 'message.failed', outcome: 'failure', fields: { ...fields, reason } })
            .catch(() => undefined);
          return;
        }
      }
    },
    close: async () => {
      closing.abort();
      while (waiting.length > 0 || running.size > 0) {
        next();
        await Promise.allSettled(running);
      }
    },
  };
};

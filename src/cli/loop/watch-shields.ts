import { compileShields, type Shields } from '../../access/index.ts';
import type { Store } from '../../store/index.ts';
import { standingShields } from './shield-book.ts';

const EVERY = 1_000;

/** The shields of the database as they stand, looked at once a second by the number that every change raises. */
export interface ShieldWatch {
  current(): Shields;
  close(): void;
}

/**
 * Reads the shields and goes on watching them. `onChange` is told after they were read anew, `onProblem` once when they
 * cannot be: then those of before stay.
 */
export const watchShields = async (
  store: Store,
  on: { change(): void; problem(error: unknown): void },
): Promise<ShieldWatch> => {
  const read = async (): Promise<number> => {
    const row = await store.db
      .selectFrom('epochs')
      .select('value')
      .where('name', '=', 'shields')
      .executeTakeFirst();
    return row?.value ?? 0;
  };
  let seen = await read();
  let shields = seen === 0 ? compileShields([]) : await standingShields(store);
  let failing = false;
  let closed = false;
  const look = async (): Promise<void> => {
    const value = await read();
    if (value === seen) return;
    const next = await standingShields(store);
    seen = value;
    shields = next;
    if (!closed) on.change();
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing && !closed) on.problem(error);
          failing = true;
        },
      )
      .finally(() => {
        busy = false;
      });
  }, EVERY);
  timer.unref();
  return {
    current: () => shields,
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
};

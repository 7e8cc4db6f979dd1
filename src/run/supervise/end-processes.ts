import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/index.ts';
import { processesOf } from './process-table.ts';

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in between.
  }
};

const untilGone = async (leader: number, mark: string, clock: Clock, patience: number): Promise<boolean> => {
  const end = clock.monotonic() + patience;
  for (;;) {
    if (processesOf(leader, mark).length === 0) return true;
    if (clock.monotonic() >= end) return false;
    await sleep(50);
  }
};

/**
 * Ends the group of `leader` and every process that carries `mark`: first politely, after `grace` milliseconds for
 * good. Resolves when none is left.
 */
export const endProcesses = async (
  leader: number,
  mark: string,
  clock: Clock,
  grace: number,
): Promise<void> => {
  send(-leader, 'SIGTERM');
  if (await untilGone(leader, mark, clock, grace)) return;
  // What has left the group has not heard the first signal.
  for (const pid of processesOf(leader, mark)) send(pid, 'SIGTERM');
  if (await untilGone(leader, mark, clock, Math.min(grace, 1_000))) return;
  // Between a look and the signal a process may start another one: look again until there is none.
  for (let round = 0; round < 40; round++) {
    send(-leader, 'SIGKILL');
    for (const pid of processesOf(leader, mark)) send(pid, 'SIGKILL');
    if (await untilGone(leader, mark, clock, 250)) return;
  }
};

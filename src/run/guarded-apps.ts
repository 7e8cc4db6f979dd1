import { readFileSync } from 'node:fs';
import { RUN_MARK } from './supervise/child-environment.ts';
import { childrenOf, processesOf } from './supervise/process-table.ts';

/** An app that a running gate has started, seen from another process. */
export interface GuardedApp {
  /** The words of its command. */
  command: readonly string[];
  processes: readonly number[];
  /** Account of its first process. */
  uid: number;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/**
 * The apps that the gate with this process id has started. Empty where the system does not show the environment of
 * other processes: on macOS, and to accounts that are neither root nor the app's own.
 */
export const guardedApps = (gate: number): GuardedApp[] =>
  childrenOf(gate).flatMap((pid) => {
    const mark = read(`/proc/${pid}/environ`)
      .split('\0')
      .find((pair) => pair.startsWith(`${RUN_MARK}=`))
      ?.slice(RUN_MARK.length + 1);
    if (mark === undefined) return [];
    return [
      {
        command: read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
        processes: processesOf(pid, mark),
        uid: Number(read(`/proc/${pid}/status`).match(/^Uid:\t(\d+)/m)?.[1]),
      },
    ];
  });

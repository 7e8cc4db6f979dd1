import { setTimeout as sleep } from 'node:timers/promises';
import { GatehouseError } from '../core/index.ts';
import { decodeEntry, type LogEntry } from './entry.ts';
import type { FileLayer } from './files.ts';
import { type LogFilter, matches } from './filter.ts';
import { JournalCursor } from './journal/cursor.ts';

/** Most entries that a question with a limit can ask for. */
export const MOST_ASKED = 100_000;

/** Every entry from number `from` on that the journal holds now. */
export async function* scanJournal(files: FileLayer, journal: string, from = 0): AsyncGenerator<LogEntry> {
  const cursor = new JournalCursor(files, journal, from);
  try {
    for (;;) {
      const found = await cursor.next();
      if (found.kind === 'end') return;
      if (found.kind === 'damaged') {
        throw new GatehouseError(
          'log-damaged',
          `the log is damaged at entry ${found.sequence}: ${found.why}`,
          {
            remedy: 'Run gatehouse audit verify to see what is affected.',
          },
        );
      }
      for (let i = Math.max(0, from - found.first); i < found.frames.length; i++) {
        const frame = found.frames[i];
        if (frame) yield decodeEntry(frame.prefixed.subarray(1), frame.openings);
      }
    }
  } finally {
    await cursor.close();
  }
}

/** The entries that a filter asks for, oldest first; with a limit, the newest of them. */
export async function* queryJournal(
  files: FileLayer,
  journal: string,
  filter: LogFilter,
): AsyncGenerator<LogEntry> {
  const asked = matches(filter);
  const limit = filter.limit === undefined ? undefined : Math.min(Math.max(0, filter.limit), MOST_ASKED);
  if (limit === 0) return;
  const newest: LogEntry[] = [];
  for await (const entry of scanJournal(files, journal, filter.from)) {
    if (!asked(entry)) continue;
    if (limit === undefined) {
      yield entry;
      continue;
    }
    newest.push(entry);
    if (newest.length >= limit * 2) newest.splice(0, newest.length - limit);
  }
  if (limit !== undefined) yield* newest.slice(-limit);
}

/** Resolves when the journal may have grown, at the latest when `signal` aborts. */
export type Growth = (signal: AbortSignal) => Promise<void>;

/** For a process that does not write the log itself: looks every 100 ms. */
export const pollGrowth: Growth = async (signal) => {
  await sleep(100, undefined, { signal }).catch(() => undefined);
};

/** Entries from number `from` on as they come, until `signal` aborts. Reads from the disk, so it holds no queue. */
export async function* followJournal(
  files: FileLayer,
  journal: string,
  from: number,
  filter: LogFilter,
  growth: Growth,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const asked = matches(filter);
  const cursor = new JournalCursor(files, journal, from);
  try {
    while (!signal.aborted) {
      const grown = growth(signal);
      const found = await cursor.next();
      if (found.kind !== 'batch') {
        await grown;
        continue;
      }
      for (let i = Math.max(0, from - found.first); i < found.frames.length; i++) {
        const frame = found.frames[i];
        if (!frame || signal.aborted) continue;
        const entry = decodeEntry(frame.prefixed.subarray(1), frame.openings);
        if (asked(entry)) yield entry;
      }
    }
  } finally {
    await cursor.close();
  }
}

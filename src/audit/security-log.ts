import {
  type Clock,
  EVENT_TYPES,
  type EventReceipt,
  type EventSink,
  type SecurityEvent,
} from '../core/index.ts';
import { CommitQueue, type QueueLimits } from './commit-queue.ts';
import type { LogEntry } from './entry.ts';
import { prepareEvent } from './event-values.ts';
import { diskFiles, type FileLayer } from './files.ts';
import type { LogFilter } from './filter.ts';
import { createSealer, FIRST_SEAL } from './journal/batch.ts';
import { JournalCursor } from './journal/cursor.ts';
import { type JournalLimits, type JournalTail, JournalWriter } from './journal/writer.ts';
import { lockDirectory } from './lock.ts';
import { ensureDescription, logPaths } from './log-home.ts';
import { followJournal, type Growth, queryJournal } from './read-entries.ts';

/** The security log of one instance, open for writing. */
export interface SecurityLog extends EventSink {
  readonly instance: string;
  /** Entries as they are committed, from now on or from `filter.from`; ends when `signal` aborts or the log closes. */
  follow(filter: LogFilter, options: { signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** Entries of the past, oldest first; with `filter.limit` the newest of them. */
  query(filter: LogFilter): AsyncIterable<LogEntry>;
  /** Writes what waits and lets the directory go. */
  close(): Promise<void>;
}

export interface SecurityLogOptions {
  /** The data directory; the log lives in its folder `log`. */
  directory: string;
  clock: Clock;
  /** Name of this instance; made at random for a new log when left out. */
  instance?: string;
  /** The disk, unless a test puts another one in its place. */
  files?: FileLayer;
  limits?: JournalLimits & QueueLimits;
}

const findTail = async (files: FileLayer, journal: string): Promise<JournalTail> => {
  const cursor = new JournalCursor(files, journal);
  const tail: JournalTail = { segment: undefined, offset: 0, sequence: 0, seal: FIRST_SEAL };
  try {
    for (;;) {
      const found = await cursor.next();
      if (found.kind !== 'batch') return tail;
      tail.segment = found.segment.first;
      tail.offset = found.end;
      tail.sequence = found.first + found.count;
      tail.seal = found.seal;
    }
  } finally {
    await cursor.close();
  }
};

/** Wakes everyone who waits for the log to grow. */
const createBell = (): { ring(): void; growth: Growth } => {
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

/**
 * Opens the log in a data directory for writing, making it when there is none.
 * @throws {GatehouseError} `log-locked` when another process writes to it, `log-unavailable` when the directory
 * cannot be written, `log-damaged` when what was signed is no longer there.
 */
export const openSecurityLog = async ({
  directory,
  clock,
  instance,
  files = diskFiles,
  limits = {},
}: SecurityLogOptions): Promise<SecurityLog> => {
  const paths = logPaths(directory);
  await files.makeDirectory(paths.journal);
  const lock = lockDirectory(paths.root);
  const description = await ensureDescription(files, paths, instance);
  const tail = await findTail(files, paths.journal);
  const writer = new JournalWriter(files, paths.journal, createSealer(Buffer.alloc(32)), tail, limits);
  const bell = createBell();
  const queue = new CommitQueue(writer, clock, description.instance, 0, () => bell.ring(), limits);
  const closing = new AbortController();
  return {
    instance: description.instance,
    async record(event: SecurityEvent): Promise<EventReceipt | undefined> {
      const prepared = prepareEvent(event);
      if (EVENT_TYPES[event.type].durability === 'sync') return queue.keep(prepared);
      queue.take(prepared);
      return undefined;
    },
    query: (filter) => queryJournal(files, paths.journal, filter),
    follow: (filter, { signal }) =>
      followJournal(
        files,
        paths.journal,
        filter.from ?? writer.sequence,
        filter,
        bell.growth,
        AbortSignal.any([signal, closing.signal]),
      ),
    async close() {
      await queue.drain();
      closing.abort();
      await writer.close();
      lock.release();
    },
  };
};

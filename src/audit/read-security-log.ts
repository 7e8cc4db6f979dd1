import type { LogEntry } from './entry.ts';
import { diskFiles } from './files.ts';
import type { LogFilter } from './filter.ts';
import { logPaths, readDescription } from './log-home.ts';
import { followJournal, pollGrowth, queryJournal } from './read-entries.ts';

/**
 * Entries of the log in a data directory, oldest first, without a lock and while a gate may be writing to it. With
 * `follow`, what exists already is followed by what comes, until the signal aborts.
 * @throws {GatehouseError} `log-not-found`, or `log-damaged` where the journal cannot be read on.
 */
export async function* readSecurityLog(
  directory: string,
  filter: LogFilter,
  follow?: { signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  const paths = logPaths(directory);
  await readDescription(diskFiles, paths);
  let next = filter.from ?? 0;
  for await (const entry of queryJournal(diskFiles, paths.journal, filter)) {
    next = entry.sequence + 1;
    yield entry;
  }
  if (follow) yield* followJournal(diskFiles, paths.journal, next, filter, pollGrowth, follow.signal);
}

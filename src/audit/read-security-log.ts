import type { LogEntry } from './entry.ts';
import { diskFiles } from './files.ts';
import type { LogFilter } from './filter.ts';
import { openIndex, type SearchQuestion, search } from './index/search.ts';
import { logPaths, readDescription } from './log-home.ts';
import { queryLog } from './query-log.ts';
import { followJournal, pollGrowth } from './read-entries.ts';

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
  const { origin } = await readDescription(diskFiles, paths);
  const index = openIndex(paths.index, origin);
  const ask = index && (async (question: SearchQuestion) => search(index, origin, question));
  let next = filter.from ?? 0;
  try {
    for await (const entry of queryLog(diskFiles, paths, ask, filter)) {
      next = entry.sequence + 1;
      yield entry;
    }
  } finally {
    index?.close();
  }
  if (follow) yield* followJournal(diskFiles, paths.journal, next, filter, pollGrowth, follow.signal);
}

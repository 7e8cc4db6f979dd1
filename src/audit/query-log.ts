import { decodeEntry, type LogEntry } from './entry.ts';
import type { FileLayer, LogFile } from './files.ts';
import { type LogFilter, matches } from './filter.ts';
import type { Found, SearchPage, SearchQuestion } from './index/search.ts';
import { parseFrames } from './journal/batch.ts';
import { segmentPath } from './journal/segments.ts';
import type { LogPaths } from './log-home.ts';
import { MOST_ASKED, queryJournal, scanJournal } from './read-entries.ts';

/** Asks an index for a page of what a filter asks for. */
export type Search = (question: SearchQuestion) => Promise<SearchPage>;

const PAGE = 500;
/** Entries that are read at once. */
const TOGETHER = 64;

/** Fetches entries from where an index says that they stand; holds one file open. */
class EntryFetcher {
  readonly #files: FileLayer;
  readonly #journal: string;
  #segment = -1;
  #file: LogFile | undefined;

  constructor(files: FileLayer, journal: string) {
    this.#files = files;
    this.#journal = journal;
  }

  async #enter(segment: number): Promise<void> {
    if (segment === this.#segment) return;
    await this.close();
    this.#file = await this.#files.open(segmentPath(this.#journal, segment), 'read');
    this.#segment = segment;
  }

  async #read({ seq, place, length }: Found): Promise<LogEntry | undefined> {
    const bytes = (await this.#file?.read(place, length)) ?? Buffer.alloc(0);
    const [frame] = parseFrames(bytes, 1) ?? [];
    const entry = frame && decodeEntry(frame.prefixed.subarray(1), frame.openings);
    return entry?.sequence === seq ? entry : undefined;
  }

  /** The entries that are still there, in the order asked for. What stands in one file is read at once. */
  async fetch(found: readonly Found[]): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (let at = 0; at < found.length; ) {
      const segment = found[at]?.segment ?? 0;
      const end = found.findIndex((place, i) => i > at && place.segment !== segment);
      const together = found.slice(at, end < 0 ? undefined : end);
      await this.#enter(segment);
      for (const entry of await Promise.all(together.map((place) => this.#read(place)))) {
        if (entry) entries.push(entry);
      }
      at += together.length;
    }
    return entries;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#segment = -1;
  }
}

/** What the index knows of the answer, page by page. */
async function* fromIndex(
  fetcher: EntryFetcher,
  search: Search,
  filter: LogFilter,
  newest: boolean,
  below: number,
  most = PAGE,
): AsyncGenerator<LogEntry> {
  const asked = matches(filter);
  let after: Found | undefined;
  for (;;) {
    const { found } = await search({ filter, newest, most, ...(after ? { after } : {}) });
    // What came in while the pages were read belongs to the journal's part of the answer.
    const covered = found.filter(({ seq }) => seq < below);
    for (let at = 0; at < covered.length; at += TOGETHER) {
      for (const entry of await fetcher.fetch(covered.slice(at, at + TOGETHER))) {
        if (asked(entry)) yield entry;
      }
    }
    after = found.at(-1);
    if (found.length < most) return;
  }
}

/** The entries that the index does not cover yet. */
async function* fromJournal(
  files: FileLayer,
  journal: string,
  filter: LogFilter,
  from: number,
): AsyncGenerator<LogEntry> {
  const asked = matches(filter);
  for await (const entry of scanJournal(files, journal, Math.max(from, filter.from ?? 0))) {
    if (asked(entry)) yield entry;
  }
}

async function* newestFirst(
  files: FileLayer,
  journal: string,
  search: Search,
  filter: LogFilter,
  size: number,
  limit: number,
): AsyncGenerator<LogEntry> {
  const recent: LogEntry[] = [];
  for await (const entry of fromJournal(files, journal, filter, size)) {
    recent.push(entry);
    if (recent.length >= limit * 2) recent.splice(0, recent.length - limit);
  }
  const taken = recent.slice(-limit);
  const fetcher = new EntryFetcher(files, journal);
  try {
    const older: LogEntry[] = [];
    if (taken.length < limit) {
      for await (const entry of fromIndex(fetcher, search, filter, true, size, Math.min(PAGE, limit))) {
        older.push(entry);
        if (older.length + taken.length >= limit) break;
      }
    }
    yield* older.sort((a, b) => a.sequence - b.sequence);
    yield* taken;
  } finally {
    await fetcher.close();
  }
}

/**
 * The entries that a filter asks for, oldest first; with a limit, the newest of them. What the index covers comes from
 * the index, the rest from the journal; without an index, all of it.
 */
export async function* queryLog(
  files: FileLayer,
  { journal }: Pick<LogPaths, 'journal'>,
  search: Search | undefined,
  filter: LogFilter,
): AsyncGenerator<LogEntry> {
  const { limit: _, from: __, ...narrowing } = filter;
  if (filter.limit === undefined && Object.keys(narrowing).length === 0)
    return yield* queryJournal(files, journal, filter);
  const size = search ? (await search({ filter: {}, newest: true, most: 0 })).size : 0;
  if (!search || size === 0) return yield* queryJournal(files, journal, filter);
  if (filter.limit !== undefined) {
    const limit = Math.min(filter.limit, MOST_ASKED);
    if (limit > 0) yield* newestFirst(files, journal, search, filter, size, limit);
    return;
  }
  const fetcher = new EntryFetcher(files, journal);
  try {
    yield* fromIndex(fetcher, search, filter, false, size);
  } finally {
    await fetcher.close();
  }
  yield* fromJournal(files, journal, filter, size);
}

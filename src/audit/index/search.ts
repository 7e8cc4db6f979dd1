import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type LogFilter, wordsOf } from '../filter.ts';
import { indexedSize, type TermKind } from './schema.ts';

/** Where an entry stands in the journal. */
export interface Found {
  seq: number;
  time: number;
  /** First entry of the segment, the byte at which the entry's frame begins in it, and how long that is. */
  segment: number;
  place: number;
  length: number;
}

export interface SearchPage {
  /** Entries that the index covers. */
  size: number;
  found: Found[];
}

export interface SearchQuestion {
  filter: LogFilter;
  /** Newest first, or oldest first. */
  newest: boolean;
  /** Behind this one, in the order asked for. */
  after?: Pick<Found, 'seq' | 'time'>;
  most: number;
}

const TERM_KINDS = [
  'person',
  'address',
  'incident',
  'credential',
  'column',
] as const satisfies readonly TermKind[];

class Conditions {
  readonly parts: string[] = [];
  readonly values: SQLInputValue[] = [];

  add(part: string, ...values: SQLInputValue[]): void {
    this.parts.push(part);
    this.values.push(...values);
  }
}

/** One page of what a filter asks for. Every part of the filter is applied here but `limit`. */
export const search = (database: DatabaseSync, origin: string, question: SearchQuestion): SearchPage => {
  const { filter, newest, after, most } = question;
  const size = indexedSize(database, origin) ?? 0;
  const conditions = new Conditions();
  const joins: string[] = [];
  const terms = TERM_KINDS.flatMap((kind) => {
    const value = filter[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  // The first term leads: its key holds the time, so that the page is read in order and not sorted.
  const lead = terms.length > 0 ? 't0' : 'e';
  for (const [i, { kind, value }] of terms.entries()) {
    joins.push(
      i === 0 ? 'terms t0 JOIN entries e ON e.seq = t0.seq' : `JOIN terms t${i} ON t${i}.seq = e.seq`,
    );
    conditions.add(`t${i}.kind = ? AND t${i}.value = ?`, kind, value);
    if (i > 0) conditions.add(`t${i}.time = e.time`);
  }
  if (terms.length === 0) joins.push('entries e');
  if (filter.type !== undefined) {
    if (filter.type.includes('.')) conditions.add('e.type = ?', filter.type);
    else conditions.add('e.family = ?', filter.type);
  }
  if (filter.outcome !== undefined) conditions.add('e.outcome = ?', filter.outcome);
  if (filter.app !== undefined) conditions.add('e.app = ?', filter.app);
  if (filter.since !== undefined) conditions.add(`${lead}.time >= ?`, filter.since);
  if (filter.until !== undefined) conditions.add(`${lead}.time < ?`, filter.until);
  if (filter.from !== undefined) conditions.add('e.seq >= ?', filter.from);
  const words = filter.text === undefined ? [] : wordsOf(filter.text);
  if (words.length > 0) {
    const match = words.map((word) => `"${word}"`).join(' AND ');
    conditions.add('e.seq IN (SELECT rowid FROM words WHERE words MATCH ?)', match);
  }
  if (after)
    conditions.add(`(${lead}.time, ${lead}.seq) ${newest ? '<' : '>'} (?, ?)`, after.time, after.seq);
  const where = conditions.parts.length > 0 ? `WHERE ${conditions.parts.join(' AND ')}` : '';
  const order = newest ? 'DESC' : 'ASC';
  const sql = `SELECT e.seq, e.time, e.segment, e.place, e.length FROM ${joins.join(' ')} ${where}
    ORDER BY ${lead}.time ${order}, ${lead}.seq ${order} LIMIT ?`;
  const rows = database.prepare(sql).all(...conditions.values, most);
  return { size, found: rows as unknown as Found[] };
};

/** Opens an index for reading beside the process that writes it; undefined when there is none of this log. */
export const openIndex = (path: string, origin: string): DatabaseSync | undefined => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
    if (indexedSize(database, origin) !== undefined) return database;
  } catch {
    // No index, or one that only its writer can read: the journal answers as well, only slower.
  }
  database?.close();
  return undefined;
};

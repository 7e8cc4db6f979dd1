import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { decodeEntry, type LogEntry } from '../entry.ts';
import { PERSON_FIELDS, textOf } from '../filter.ts';
import { type Frame, frameSize, HEAD_SIZE } from '../journal/batch.ts';
import type { JournalBatch } from '../journal/cursor.ts';
import { createTables, indexedSize, type TermKind } from './schema.ts';

/** Milliseconds to wait for a reader in another process. */
const BUSY = 5_000;

const open = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: BUSY });
  // What a loss of power takes of an index is made again from the journal.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 8000',
  );
  return database;
};

const removeIndex = (path: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
};

const termsOf = ({ fields }: LogEntry): [TermKind, string][] => {
  const terms = new Map<string, [TermKind, string]>();
  const add = (kind: TermKind, value: string | undefined): void => {
    if (value !== undefined) terms.set(`${kind} ${value}`, [kind, value]);
  };
  for (const name of PERSON_FIELDS) add('person', fields[name]);
  add('address', fields.address);
  add('address', fields.network);
  add('incident', fields.incident);
  add('credential', fields.credential);
  for (const name of fields.columns ?? []) add('column', name);
  return [...terms.values()];
};

/** The frames of a batch that begins at a byte of its segment, each with the byte at which it begins itself. */
const placesOf = (frames: readonly Frame[], batchAt: number): { frame: Frame; place: number }[] => {
  let next = batchAt + HEAD_SIZE;
  return frames.map((frame) => {
    const place = next;
    next += frameSize({ entry: frame.prefixed.subarray(1), openings: frame.openings });
    return { frame, place };
  });
};

/** Keeps the index of one log: a database that can be thrown away at any time. */
export class IndexWriter {
  readonly #database: DatabaseSync;
  readonly #entry: StatementSync;
  readonly #term: StatementSync;
  readonly #words: StatementSync;
  readonly #meta: StatementSync;
  #size: number;

  /** Opens the index at a path, making it anew when it is not one of this log, or damaged. */
  constructor(path: string, origin: string) {
    this.#database = IndexWriter.#open(path, origin);
    this.#size = indexedSize(this.#database, origin) ?? 0;
    this.#entry = this.#prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#term = this.#prepare('INSERT OR IGNORE INTO terms VALUES (?, ?, ?, ?)');
    this.#words = this.#prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
    this.#meta = this.#prepare('UPDATE meta SET value = ? WHERE key = ?');
  }

  static #open(path: string, origin: string): DatabaseSync {
    let database: DatabaseSync | undefined;
    try {
      database = open(path);
      if (indexedSize(database, origin) !== undefined) return database;
    } catch {
      // A file that is no database is as good as none.
    }
    database?.close();
    removeIndex(path);
    const fresh = open(path);
    createTables(fresh, origin);
    return fresh;
  }

  /** Row ids that FTS5 gives its own tables are larger than a number can hold, and every `run` reads the last one. */
  #prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  }

  /** Entries that the index covers. */
  get size(): number {
    return this.#size;
  }

  #insert({ prefixed, openings }: Frame, segment: number, place: number): void {
    const entry = decodeEntry(prefixed.subarray(1), openings);
    const length = frameSize({ entry: prefixed.subarray(1), openings });
    const { sequence, time, type, outcome, fields } = entry;
    const family = type.split('.')[0] ?? type;
    this.#entry.run(sequence, time, type, family, outcome, fields.app ?? null, segment, place, length);
    for (const [kind, value] of termsOf(entry)) this.#term.run(kind, value, time, sequence);
    this.#words.run(sequence, textOf(entry));
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Takes in batches of the journal, each the one after the last. */
  add(batches: readonly JournalBatch[]): void {
    let size = this.#size;
    this.#transaction(() => {
      for (const { first, frames, segment, offset } of batches) {
        for (const [i, { frame, place }] of placesOf(frames, offset).entries()) {
          if (first + i < size) continue;
          this.#insert(frame, segment.first, place);
          size = first + i + 1;
        }
      }
      this.#meta.run(String(size), 'size');
    });
    this.#size = size;
  }

  /** Takes entries in anew whose personal values were erased, so that nothing of them stays behind. */
  replace(batch: JournalBatch, isConcerned: (sequence: number) => boolean): void {
    const dropTerms = this.#prepare('DELETE FROM terms WHERE seq = ?');
    const dropWords = this.#prepare('DELETE FROM words WHERE rowid = ?');
    this.#transaction(() => {
      for (const [i, { frame, place }] of placesOf(batch.frames, batch.offset).entries()) {
        const sequence = batch.first + i;
        if (sequence >= this.#size || !isConcerned(sequence)) continue;
        dropTerms.run(sequence);
        dropWords.run(sequence);
        this.#insert(frame, batch.segment.first, place);
      }
    });
  }

  /** Drops entries before `keep`, which retention has removed. */
  prune(keep: number): void {
    const dropWords = this.#prepare('DELETE FROM words WHERE rowid < ?');
    this.#transaction(() => {
      this.#prepare('DELETE FROM terms WHERE seq < ?').run(keep);
      dropWords.run(keep);
      this.#prepare('DELETE FROM entries WHERE seq < ?').run(keep);
    });
  }

  /** Leaves no copy of what was erased in the write-ahead log. */
  settle(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  get database(): DatabaseSync {
    return this.#database;
  }

  close(): void {
    this.#database.close();
  }
}

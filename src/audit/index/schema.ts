import type { DatabaseSync } from 'node:sqlite';

/** Raised by every change of the tables: an index of another version is thrown away and made again. */
export const INDEX_VERSION = 2;

// `time` comes before `seq` in every key, so that a question about a person and a week reads only that.
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, type TEXT NOT NULL, family TEXT NOT NULL,
    outcome TEXT NOT NULL, app TEXT, segment INTEGER NOT NULL, place INTEGER NOT NULL, length INTEGER NOT NULL
  );
  CREATE INDEX entries_time ON entries (time);
  CREATE INDEX entries_type ON entries (type, time);
  CREATE INDEX entries_family ON entries (family, time);
  CREATE INDEX entries_outcome ON entries (outcome, time);
  CREATE INDEX entries_app ON entries (app, time) WHERE app IS NOT NULL;
  CREATE TABLE terms (
    kind TEXT NOT NULL, value TEXT NOT NULL, time INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (kind, value, time, seq)
  ) WITHOUT ROWID;
  CREATE INDEX terms_seq ON terms (seq);
  CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0"
  );
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
`;

/** What a value in `terms` is. */
export type TermKind = 'person' | 'address' | 'incident' | 'credential' | 'column';

/** Makes the tables of an index in an empty database. */
export const createTables = (database: DatabaseSync, origin: string): void => {
  database.exec('BEGIN');
  database.exec(TABLES);
  const put = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  put.run('version', String(INDEX_VERSION));
  put.run('origin', origin);
  put.run('size', '0');
  database.exec('COMMIT');
};

const metaOf = (database: DatabaseSync, key: string): string | undefined => {
  const row = database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return typeof row?.['value'] === 'string' ? row['value'] : undefined;
};

/** Entries that an index covers, undefined when it is of another version or log, or damaged. */
export const indexedSize = (database: DatabaseSync, origin: string): number | undefined => {
  try {
    if (metaOf(database, 'version') !== String(INDEX_VERSION) || metaOf(database, 'origin') !== origin)
      return undefined;
    const size = Number(metaOf(database, 'size'));
    return Number.isSafeInteger(size) ? size : undefined;
  } catch {
    return undefined;
  }
};

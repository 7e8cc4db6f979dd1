import { chmodSync, closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { GatehouseError } from '../core/index.ts';
import { CodedDriver } from './coded-driver.ts';
import { toStoreError } from './store-error.ts';

// Preparing costs more than running; the queries of the program are fewer than this, so nothing is evicted in practice.
const STATEMENT_CAP = 256;

const prepared = (database: DatabaseSync): SqliteDatabase => {
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.delete(sql);
    statements.set(sql, known);
    if (statements.size > STATEMENT_CAP) statements.delete(statements.keys().next().value ?? '');
    return known;
  };
  return {
    close: () => {
      statements.clear();
      database.close();
    },
    prepare: (sql) => {
      const known = statement(sql);
      return {
        reader: known.columns().length > 0,
        all: (parameters) => known.all(...(parameters as SQLInputValue[])),
        run: (parameters) => known.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => known.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
};

// A transaction that reads first and writes later fails at once with SQLITE_BUSY when another process wrote between
// (https://www.sqlite.org/isolation.html), whatever the timeout: the write lock is taken at the beginning.
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

const refuseDamaged = (database: DatabaseSync): void => {
  const found = database.prepare('pragma quick_check(1)').get();
  const verdict = found?.['quick_check'];
  if (verdict === 'ok') return;
  throw new GatehouseError('store-damaged', `the database is damaged: ${String(verdict)}`, {
    remedy: 'Stop Gatehouse and bring back the last backup with `gatehouse restore`.',
  });
};

// Made by us, with its mode, before SQLite would make it with the umask's.
const refuseForeign = (file: string): void => {
  const descriptor = openSync(file, 'a+', 0o600);
  const head = Buffer.alloc(16);
  const length = readSync(descriptor, head, 0, 16, 0);
  closeSync(descriptor);
  if (length === 0 || head.toString('latin1') === 'SQLite format 3\0') return;
  throw new GatehouseError('store-damaged', `${file} is not an SQLite database`, {
    remedy: 'Name another file, or bring back the last backup with `gatehouse restore`.',
  });
};

/**
 * Opens the database file, made on first use with mode 0600 in a folder of mode 0700.
 * @throws {GatehouseError} `store-damaged`, `store-locked`, `store-read-only`, `store-unavailable`, `disk-full`.
 */
export const openSqlite = (file: string, busyTimeout: number): { dialect: Dialect; raw: DatabaseSync } => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    refuseForeign(file);
    const raw = new DatabaseSync(file, { timeout: busyTimeout, enableForeignKeyConstraints: true });
    try {
      chmodSync(file, 0o600);
      raw.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
      refuseDamaged(raw);
    } catch (error) {
      raw.close();
      throw error;
    }
    const dialect: Dialect = {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new CodedDriver(new ImmediateSqliteDriver({ database: prepared(raw) })),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
    return { dialect, raw };
  } catch (error) {
    throw toStoreError(error);
  }
};

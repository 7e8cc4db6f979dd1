import { chmodSync, closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
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

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  (error.errcode & 0xff) === 5;

/**
 * Waits for the lock of another process without standing in anybody's way: SQLite's own waiting would hold up the whole
 * program, the holder's included when it is the same one. A statement that was refused as busy has done nothing.
 */
const patiently = async <T>(timeout: number, work: () => Promise<T>): Promise<T> => {
  const until = performance.now() + timeout;
  for (let pause = 1; ; pause = Math.min(50, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
      await wait(pause);
    }
  }
};

class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #timeout: number;

  constructor(inner: DatabaseConnection, timeout: number) {
    this.#inner = inner;
    this.#timeout = timeout;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return patiently(this.#timeout, () => this.#inner.executeQuery<R>(query));
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

class PatientSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #timeout: number;
  #connection: PatientConnection | undefined;

  constructor(database: DatabaseSync, timeout: number) {
    super({ database: prepared(database) });
    this.#database = database;
    this.#timeout = timeout;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new PatientConnection(await super.acquireConnection(), this.#timeout);
    return this.#connection;
  }

  // A transaction that reads first and writes later fails at once when another process wrote between the two
  // (https://www.sqlite.org/isolation.html), whatever the timeout: the write lock is taken at the beginning.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  // A full disk ends the transaction by itself; a second end would hide the first error.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
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
export const openSqlite = async (file: string, timeout: number): Promise<Dialect> => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    refuseForeign(file);
    const raw = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
    try {
      chmodSync(file, 0o600);
      await patiently(timeout, async () => {
        raw.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
        refuseDamaged(raw);
      });
    } catch (error) {
      raw.close();
      throw error;
    }
    return {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new CodedDriver(new PatientSqliteDriver(raw, timeout)),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
  } catch (error) {
    throw toStoreError(error);
  }
};

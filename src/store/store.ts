import { Kysely, type Transaction } from 'kysely';
import { type Clock, isGatehouseError, systemClock } from '../core/index.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';

/** Where queries run: the store itself, or a transaction. */
export type Queries = Kysely<Schema>;

export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  /** For single statements. Never use it inside `transaction`: SQLite has one connection, which would wait for itself. */
  readonly db: Queries;
  /**
   * Runs `work` in one transaction; anything it throws undoes everything. May run `work` again when the engine asks
   * for it (deadlock), so `work` does nothing but queries.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Path of an SQLite file (made when absent), or a `postgres://` address. */
  url: string;
  clock?: Clock;
  /** Milliseconds to wait for a lock of somebody else. Default 5 s. */
  timeout?: number;
  /** Connections to PostgreSQL. Default 10. */
  connections?: number;
}

const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);
const RETRIES = 3;

// SQLSTATE 40P01 and 40001: PostgreSQL undid this transaction so that another one could end.
const isDeadlock = (error: unknown): boolean => {
  const cause = isGatehouseError(error, 'store-locked') ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && (cause.code === '40P01' || cause.code === '40001');
};

/**
 * Opens the database and brings its tables up to date, under a lock.
 * @throws {GatehouseError} `store-damaged`, `store-locked`, `store-newer`, `store-read-only`, `store-unavailable`,
 * `disk-full`.
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { url, clock = systemClock, timeout = 5_000, connections = 10 } = options;
  const engine = isPostgres(url) ? 'postgres' : 'sqlite';
  const dialect =
    engine === 'postgres' ? openPostgres(url, { connections, timeout }) : await openSqlite(url, timeout);
  const db = new Kysely<Schema>({ dialect });
  try {
    await migrate(db, engine, clock);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    engine,
    db,
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await db.transaction().execute(work);
        } catch (error) {
          if (!isDeadlock(error) || attempt === RETRIES) throw error;
        }
      }
    },
    close: () => db.destroy(),
  };
};

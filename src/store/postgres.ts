import {
  type Dialect,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import pg from 'pg';
import { CodedDriver } from './coded-driver.ts';

// Numbers of ours are times and counts below 2^53, so int8 (type 20) is read as a number, as SQLite does.
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

export interface PostgresOptions {
  /** Connections held at most. */
  connections: number;
  /** Milliseconds to wait for a connection, for a lock, and for a statement. */
  timeout: number;
}

/** A pool on `url`; nothing is connected before the first query. */
export const openPostgres = (url: string, options: PostgresOptions): Dialect => {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections,
    connectionTimeoutMillis: options.timeout,
    // Later than the lock's, so that a lock is what is reported.
    statement_timeout: 2 * options.timeout,
    lock_timeout: options.timeout,
    idleTimeoutMillis: 30_000,
    application_name: 'gatehouse',
    types,
  });
  // A connection that breaks, idle or in use, must not end the process: the query that needs it reports it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new CodedDriver(new PostgresDriver({ pool })),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
};

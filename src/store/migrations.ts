import { type Kysely, sql, type Transaction } from 'kysely';
import { type Clock, GatehouseError } from '../core/index.ts';
import { findingsAndShields } from './migrations/findings-and-shields.ts';
import { firstTables } from './migrations/first-tables.ts';
import { messagesAndRegulation } from './migrations/messages-and-regulation.ts';
import { providers } from './migrations/providers.ts';
import { roleEnds } from './migrations/role-ends.ts';
import { secondFactors } from './migrations/second-factors.ts';
import type { Schema } from './schema.ts';

export type Engine = 'sqlite' | 'postgres';

/** One step of the schema; `bytes` is the engine's type for them. */
export interface Migration {
  name: string;
  up(tx: Transaction<Schema>, types: { bytes: 'blob' | 'bytea' }): Promise<void>;
}

/** In order; the first one is version 1. A migration that was released is never edited: add another. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'first tables', up: firstTables },
  { name: 'second factors', up: secondFactors },
  { name: 'providers', up: providers },
  { name: 'findings and shields', up: findingsAndShields },
  { name: 'role ends', up: roleEnds },
  { name: 'messages and regulation', up: messagesAndRegulation },
];

// Any constant: every instance takes the same lock before it looks at the version.
const LOCK = 7_283_104_911;

/** @throws {GatehouseError} `store-newer` when a later Gatehouse has been here. */
export const migrate = async (db: Kysely<Schema>, engine: Engine, clock: Clock): Promise<void> => {
  await db.transaction().execute(async (tx) => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
    await tx.schema
      .createTable('schema_versions')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
    const row = await tx
      .selectFrom('schema_versions')
      .select(({ fn }) => fn.max('version').as('version'))
      .executeTakeFirst();
    const version = Number(row?.version ?? 0);
    if (version > MIGRATIONS.length) {
      throw new GatehouseError(
        'store-newer',
        `the database has version ${version}, this Gatehouse knows ${MIGRATIONS.length}`,
        { remedy: 'Start the newer Gatehouse that was here before, or bring back a backup from before it.' },
      );
    }
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await migration.up(tx, { bytes: engine === 'postgres' ? 'bytea' : 'blob' });
      await tx
        .insertInto('schema_versions')
        .values({ version: index + 1, name: migration.name, applied_at: clock.now() })
        .execute();
    }
  });
};

import { sql } from 'kysely';
import type { Migration } from '../migrations.ts';

/** The one code that a person was sent and may type. */
export const messagesAndRegulation: Migration['up'] = async (tx, types) => {
  const bytes = sql.raw<Uint8Array>(types.bytes);
  await tx.schema
    .createTable('sent_codes')
    .addColumn('person_id', 'text', (column) =>
      column.primaryKey().references('people.id').onDelete('cascade'),
    )
    .addColumn('code_hash', bytes, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
};

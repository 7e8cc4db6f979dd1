import { type CreateTableBuilder, sql } from 'kysely';
import type { Migration } from '../migrations.ts';

const onePerson = (column: Parameters<Parameters<CreateTableBuilder<string>['addColumn']>[2] & object>[0]) =>
  column.notNull().references('people.id').onDelete('cascade');

/** Authenticator apps, passkeys, recovery codes, and forms that wait for a fresh factor. */
export const secondFactors: Migration['up'] = async (tx, types) => {
  const bytes = sql.raw<Uint8Array>(types.bytes);
  const { schema } = tx;

  await schema
    .createTable('totp')
    .addColumn('person_id', 'text', (column) => onePerson(column).primaryKey())
    .addColumn('sealed_secret', bytes, (column) => column.notNull())
    .addColumn('last_step', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();

  await schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', onePerson)
    .addColumn('credential_hash', bytes, (column) => column.notNull().unique())
    .addColumn('sealed_credential', bytes, (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();
  await schema.createIndex('passkeys_by_person').on('passkeys').column('person_id').execute();

  await schema
    .createTable('recovery_codes')
    .addColumn('person_id', 'text', onePerson)
    .addColumn('code_hash', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('recovery_codes_key', ['person_id', 'code_hash'])
    .execute();

  await schema
    .createTable('kept_forms')
    .addColumn('token_hash', bytes, (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('app', 'text', (column) => column.notNull())
    .addColumn('sealed_form', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('kept_forms_by_session').on('kept_forms').column('session_id').execute();
};

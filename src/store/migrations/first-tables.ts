import { type CreateTableBuilder, sql } from 'kysely';
import type { Migration } from '../migrations.ts';

const onePerson = (column: Parameters<Parameters<CreateTableBuilder<string>['addColumn']>[2] & object>[0]) =>
  column.references('people.id').onDelete('cascade');

/** People, passwords, links, sign-ins, sessions, hand-offs, epochs and keys. Every secret is sealed from here on. */
export const firstTables: Migration['up'] = async (tx, types) => {
  const bytes = sql.raw<Uint8Array>(types.bytes);
  const { schema } = tx;

  await schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name_index', bytes, (column) => column.notNull().unique())
    .addColumn('sealed_profile', bytes, (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_sign_in_at', 'bigint')
    .execute();

  await schema
    .createTable('person_roles')
    .addColumn('person_id', 'text', (column) => onePerson(column).notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('person_roles_key', ['person_id', 'role'])
    .execute();
  await schema.createIndex('person_roles_by_role').on('person_roles').column('role').execute();

  await schema
    .createTable('passwords')
    .addColumn('person_id', 'text', (column) => onePerson(column).primaryKey())
    .addColumn('sealed_hash', bytes, (column) => column.notNull())
    .addColumn('set_at', 'bigint', (column) => column.notNull())
    .addColumn('must_change', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .execute();

  await schema
    .createTable('links')
    .addColumn('token_hash', bytes, (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', onePerson)
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .execute();
  await schema.createIndex('links_by_person').on('links').column('person_id').execute();

  await schema
    .createTable('sign_ins')
    .addColumn('state_hash', bytes, (column) => column.primaryKey())
    .addColumn('browser_hash', bytes, (column) => column.notNull())
    .addColumn('sealed_state', bytes, (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => onePerson(column).notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('sign_ins_by_browser').on('sign_ins').column('browser_hash').execute();
  await schema.createIndex('sign_ins_by_person').on('sign_ins').column('person_id').execute();

  await schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', bytes, (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('parent_id', 'text')
    .addColumn('app', 'text')
    .addColumn('factors', 'text', (column) => column.notNull())
    .addColumn('mfa_at', 'bigint')
    .addColumn('sealed_client', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_why', 'text')
    .addColumn('ended_epoch', 'bigint')
    .execute();
  await schema.createIndex('sessions_by_person').on('sessions').column('person_id').execute();
  await schema.createIndex('sessions_by_parent').on('sessions').column('parent_id').execute();
  await schema.createIndex('sessions_by_end').on('sessions').column('ended_epoch').execute();
  // The sweeper asks every second what ran out: only living sessions stand in these two.
  for (const column of ['expires_at', 'last_seen_at'] as const) {
    await schema
      .createIndex(`sessions_by_${column}`)
      .on('sessions')
      .column(column)
      .where(sql.ref('ended_epoch'), 'is', null)
      .execute();
  }

  await schema
    .createTable('hand_offs')
    .addColumn('code_hash', bytes, (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('app', 'text', (column) => column.notNull())
    .addColumn('challenge', 'text', (column) => column.notNull())
    .addColumn('sealed_return_to', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('hand_offs_by_session').on('hand_offs').column('session_id').execute();

  await schema
    .createTable('epochs')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
  await tx
    .insertInto('epochs')
    .values([
      { name: 'ends', value: 0 },
      { name: 'changes', value: 0 },
      { name: 'keys', value: 0 },
    ])
    .execute();

  await schema
    .createTable('vault_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('sealed_key', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('retired_at', 'bigint')
    .addColumn('uses', 'bigint', (column) => column.notNull())
    .execute();

  await schema
    .createTable('signing_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('sealed_private_key', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('retired_at', 'bigint')
    .execute();
  await schema.createIndex('signing_keys_by_purpose').on('signing_keys').column('purpose').execute();
};

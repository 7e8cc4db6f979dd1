import { sql } from 'kysely';
import type { Migration } from '../migrations.ts';

/** Sign-in with other providers, the roles that they give, and roles that end at a time. */
export const providers: Migration['up'] = async (tx, types) => {
  const bytes = sql.raw<Uint8Array>(types.bytes);
  const { schema } = tx;

  await schema.alterTable('person_roles').addColumn('ends_at', 'bigint').execute();

  await schema
    .createTable('provider_links')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('identity_index', bytes, (column) => column.notNull().unique())
    .addColumn('sealed_identity', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();
  await schema.createIndex('provider_links_by_person').on('provider_links').column('person_id').execute();

  await schema
    .createTable('provider_roles')
    .addColumn('link_id', 'text', (column) =>
      column.notNull().references('provider_links.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('provider_roles_key', ['link_id', 'role'])
    .addForeignKeyConstraint(
      'provider_roles_held',
      ['person_id', 'role'],
      'person_roles',
      ['person_id', 'role'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await schema.createIndex('provider_roles_by_person').on('provider_roles').column('person_id').execute();

  await schema
    .createTable('provider_requests')
    .addColumn('state_hash', bytes, (column) => column.primaryKey())
    .addColumn('browser_hash', bytes, (column) => column.notNull())
    .addColumn('sealed_request', bytes, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('provider_requests_by_browser')
    .on('provider_requests')
    .column('browser_hash')
    .execute();

  await schema
    .createTable('provider_sign_ins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('link_id', 'text', (column) =>
      column.notNull().references('provider_links.id').onDelete('cascade'),
    )
    .addColumn('sid_index', bytes)
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('provider_sign_ins_by_link').on('provider_sign_ins').column('link_id').execute();
};

import type { Migration } from '../migrations.ts';

/** What scans found, the shields made from it, and what probes saw (C51, C54). None of it is secret. */
export const findingsAndShields: Migration['up'] = async (tx) => {
  const { schema } = tx;

  await schema
    .createTable('findings')
    .addColumn('fingerprint', 'text', (column) => column.primaryKey())
    .addColumn('root', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('finding', 'text', (column) => column.notNull())
    .addColumn('first_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('gone_at', 'bigint')
    .addColumn('event_id', 'text')
    .execute();
  await schema.createIndex('findings_by_root').on('findings').column('root').execute();

  await schema
    .createTable('shields')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('app', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('shield', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('retire_at', 'bigint')
    .addColumn('event_id', 'text')
    .execute();
  await schema.createIndex('shields_by_finding').on('shields').column('fingerprint').execute();

  await schema
    .createTable('probes')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('app', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('direct', 'text', (column) => column.notNull())
    .addColumn('gated', 'text')
    .addColumn('ordinary', 'text')
    .addColumn('incident', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event_id', 'text')
    .addPrimaryKeyConstraint('probes_key', ['fingerprint', 'app'])
    .execute();

  await tx.insertInto('epochs').values({ name: 'shields', value: 0 }).execute();
};

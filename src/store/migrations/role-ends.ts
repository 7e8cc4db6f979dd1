import { sql } from 'kysely';
import type { Migration } from '../migrations.ts';

/** Finds the roles whose time is over, of which there are few, without reading all the others. */
export const roleEnds: Migration['up'] = async ({ schema }) => {
  await schema
    .createIndex('person_roles_by_end')
    .on('person_roles')
    .column('ends_at')
    .where(sql.ref('ends_at'), 'is not', null)
    .execute();
};

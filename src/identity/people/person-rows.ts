import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { GatehouseError, parseJson } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { Person } from '../types.ts';
import { canonicalName } from './account-name.ts';

const profileSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  email: z.string().optional(),
  phone: z.string().optional(),
});

export type Profile = z.infer<typeof profileSchema>;

export interface PersonRow {
  id: string;
  sealed_profile: Uint8Array;
  disabled: number;
  created_at: number;
  last_sign_in_at: number | null;
  must_change: number | null;
}

/** Finds an account by its name without storing the name. */
export const nameIndex = (vault: Vault, name: string): Buffer =>
  createHmac('sha256', vault.derive('account name')).update(canonicalName(name)).digest();

export const sealProfile = (vault: Vault, id: string, profile: Profile): Buffer =>
  vault.seal({ table: 'people', column: 'sealed_profile', row: id }, JSON.stringify(profile));

/** Rows of people with what belongs to them. */
export const selectPeople = (db: Queries) =>
  db
    .selectFrom('people')
    .leftJoin('passwords', 'passwords.person_id', 'people.id')
    .select([
      'people.id',
      'people.sealed_profile',
      'people.disabled',
      'people.created_at',
      'people.last_sign_in_at',
      'passwords.must_change',
    ]);

/** The roles of a person, and when those of them end that are for a limited time. */
export interface HeldRoles {
  roles: readonly string[];
  roleEnds?: Readonly<Record<string, number>>;
}

export const NO_ROLES: HeldRoles = { roles: [] };

export const rolesOf = async (db: Queries, ids: readonly string[]): Promise<Map<string, HeldRoles>> => {
  const held = new Map<string, HeldRoles>();
  if (ids.length === 0) return held;
  const rows = await db
    .selectFrom('person_roles')
    .selectAll()
    .where('person_id', 'in', ids)
    .orderBy('role')
    .execute();
  for (const { person_id, role, ends_at } of rows) {
    const { roles, roleEnds } = held.get(person_id) ?? NO_ROLES;
    const ends = ends_at === null ? roleEnds : { ...roleEnds, [role]: ends_at };
    held.set(person_id, { roles: [...roles, role], ...(ends === undefined ? {} : { roleEnds: ends }) });
  }
  return held;
};

export const personOf = async (vault: Vault, row: PersonRow, held: HeldRoles): Promise<Person> => {
  const place = { table: 'people', column: 'sealed_profile', row: row.id };
  const opened = await vault.open(place, row.sealed_profile);
  const profile = profileSchema.parse(parseJson(opened.toString('utf8')));
  return {
    id: row.id,
    name: profile.name,
    displayName: profile.displayName,
    email: profile.email,
    ...(profile.phone === undefined ? {} : { phone: profile.phone }),
    ...held,
    disabled: row.disabled === 1,
    mustChangePassword: row.must_change === 1,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
  };
};

/** People by id, or by anything else that `narrow` asks for. Not inside a transaction: it opens sealed values. */
export const readPeople = async (
  db: Queries,
  vault: Vault,
  narrow: (query: ReturnType<typeof selectPeople>) => ReturnType<typeof selectPeople>,
): Promise<Person[]> => {
  const rows = await narrow(selectPeople(db)).execute();
  const roles = await rolesOf(
    db,
    rows.map(({ id }) => id),
  );
  return Promise.all(rows.map((row) => personOf(vault, row, roles.get(row.id) ?? NO_ROLES)));
};

export const personUnknown = (): GatehouseError =>
  new GatehouseError('person-unknown', 'there is no such person', {
    remedy: 'Look at `gatehouse people list`.',
  });

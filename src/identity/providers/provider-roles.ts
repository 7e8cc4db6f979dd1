import type { Queries } from '../../store/index.ts';
import { type Claims, groupsOf } from './claims.ts';
import type { ProviderSettings } from './types.ts';

/** The group that everybody is in who comes by a provider. */
const EVERYBODY = '*';

/** The roles that the configuration gives to somebody with these claims, sorted. */
export const rolesByClaims = (claims: Claims, { groups, roles }: ProviderSettings): readonly string[] => {
  const held = (groupsOf(claims.all, groups) ?? []).filter((group) => group !== EVERYBODY);
  const given = [EVERYBODY, ...held].flatMap((group) =>
    Object.hasOwn(roles, group) ? (roles[group] ?? []) : [],
  );
  return [...new Set(given)].sort();
};

/** What a provider's word changes. Undefined: nothing. */
export interface RoleChange {
  /** All roles of the person afterwards, sorted. */
  after: readonly string[];
}

/**
 * Replaces the roles that one link has given by `wanted`, inside a transaction; roles that were given here, or by another
 * link, stay as they are.
 */
export const replaceProviderRoles = async (
  tx: Queries,
  personId: string,
  linkId: string,
  wanted: readonly string[],
): Promise<RoleChange | undefined> => {
  const held = await tx.selectFrom('person_roles').select('role').where('person_id', '=', personId).execute();
  const given = await tx.selectFrom('provider_roles').select('role').where('link_id', '=', linkId).execute();
  const before = new Set(held.map(({ role }) => role));
  const own = new Set(given.map(({ role }) => role));
  const gone = [...own].filter((role) => !wanted.includes(role));
  const added = wanted.filter((role) => !before.has(role));
  if (gone.length === 0 && added.length === 0) return undefined;
  if (gone.length > 0) {
    // What stands in provider_roles goes with its role.
    await tx.deleteFrom('person_roles').where('person_id', '=', personId).where('role', 'in', gone).execute();
  }
  if (added.length > 0) {
    await tx
      .insertInto('person_roles')
      .values(added.map((role) => ({ person_id: personId, role })))
      .execute();
    await tx
      .insertInto('provider_roles')
      .values(added.map((role) => ({ link_id: linkId, person_id: personId, role })))
      .execute();
  }
  const after = [...before].filter((role) => !gone.includes(role));
  return { after: [...after, ...added].sort() };
};

import { GatehouseError } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import type { Person } from '../types.ts';

const ROLE = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
const MOST_ROLES = 64;

/** When roles end, by role: milliseconds since the epoch. */
export type RoleEnds = Readonly<Record<string, number>>;

export interface RoleBook {
  /** Sorted and without repetition. @throws {GatehouseError} `role-invalid`. */
  valid(roles: readonly string[]): readonly string[];
  /** Gives exactly these roles; `ends` says when those end that are for a limited time. */
  replace(tx: Queries, personId: string, roles: readonly string[], ends?: RoleEnds): Promise<void>;
  /** @throws {GatehouseError} `role-invalid` for an end that is past, or of a role that is not given. */
  validEnds(roles: readonly string[], ends: RoleEnds | undefined): RoleEnds;
  /** Whether anybody holds an administrator's role, disabled or not. */
  hasAdministrator(db: Queries): Promise<boolean>;
  /**
   * Inside the transaction that took something away from `person`, under the lock of the epoch of changes, so that two
   * administrators cannot remove each other at once.
   * @throws {GatehouseError} `last-administrator` when `person` was one and nobody is left who is not disabled.
   */
  refuseNobodyLeft(tx: Queries, person: Person): Promise<void>;
}

export const openRoleBook = ({ settings, clock }: Pick<Ports, 'settings' | 'clock'>): RoleBook => {
  const administrators = (db: Queries) =>
    db
      .selectFrom('person_roles')
      .innerJoin('people', 'people.id', 'person_roles.person_id')
      .select('people.id')
      .where('person_roles.role', 'in', settings.adminRoles);

  return {
    valid: (roles) => {
      const wrong = roles.find((role) => !ROLE.test(role));
      if (wrong === undefined && roles.length <= MOST_ROLES) return [...new Set(roles)].sort();
      throw new GatehouseError(
        'role-invalid',
        wrong === undefined ? 'too many roles' : `"${wrong}" is no role name`,
        {
          remedy: 'Use small letters, digits, - and _, at most 64 characters and 64 roles.',
        },
      );
    },
    validEnds: (roles, ends = {}) => {
      for (const [role, at] of Object.entries(ends)) {
        if (roles.includes(role) && Number.isSafeInteger(at) && at > clock.now()) continue;
        throw new GatehouseError('role-invalid', `the end of the role "${role.slice(0, 64)}" cannot be`, {
          remedy: 'Name a time that is still to come, of a role that is given.',
        });
      }
      return ends;
    },
    replace: async (tx, personId, roles, ends = {}) => {
      // What stays is not written anew: a provider's roles hang on these rows.
      let dropped = tx.deleteFrom('person_roles').where('person_id', '=', personId);
      if (roles.length > 0) dropped = dropped.where('role', 'not in', roles);
      await dropped.execute();
      if (roles.length === 0) return;
      await tx
        .insertInto('person_roles')
        .values(roles.map((role) => ({ person_id: personId, role, ends_at: ends[role] ?? null })))
        .onConflict((conflict) =>
          conflict
            .columns(['person_id', 'role'])
            .doUpdateSet(({ ref }) => ({ ends_at: ref('excluded.ends_at') })),
        )
        .execute();
    },
    hasAdministrator: async (db) => (await administrators(db).limit(1).executeTakeFirst()) !== undefined,
    refuseNobodyLeft: async (tx, person) => {
      if (person.disabled || !person.roles.some((role) => settings.adminRoles.includes(role))) return;
      // A role that ends by itself would leave nobody some day.
      const left = await administrators(tx)
        .where('people.disabled', '=', 0)
        .where('person_roles.ends_at', 'is', null)
        .limit(1)
        .executeTakeFirst();
      if (left !== undefined) return;
      throw new GatehouseError('last-administrator', 'nobody would be left to manage Gatehouse', {
        exposable: true,
        remedy: 'Give somebody else an administrator role first.',
      });
    },
  };
};

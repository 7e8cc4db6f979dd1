import { GatehouseError } from '../core/index.ts';
import type { Queries } from '../store/index.ts';
import type { Ports } from './ports.ts';
import type { Person } from './types.ts';

const ROLE = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
const MOST_ROLES = 64;

export interface RoleBook {
  /** Sorted and without repetition. @throws {GatehouseError} `role-invalid`. */
  valid(roles: readonly string[]): readonly string[];
  replace(tx: Queries, personId: string, roles: readonly string[]): Promise<void>;
  /** Whether anybody holds an administrator's role, disabled or not. */
  hasAdministrator(db: Queries): Promise<boolean>;
  /**
   * Inside the transaction that took something away from `person`, under the lock of the epoch of changes, so that two
   * administrators cannot remove each other at once.
   * @throws {GatehouseError} `last-administrator` when `person` was one and nobody is left who is not disabled.
   */
  refuseNobodyLeft(tx: Queries, person: Person): Promise<void>;
}

export const openRoleBook = ({ settings }: Pick<Ports, 'settings'>): RoleBook => {
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
    replace: async (tx, personId, roles) => {
      await tx.deleteFrom('person_roles').where('person_id', '=', personId).execute();
      if (roles.length === 0) return;
      await tx
        .insertInto('person_roles')
        .values(roles.map((role) => ({ person_id: personId, role })))
        .execute();
    },
    hasAdministrator: async (db) => (await administrators(db).limit(1).executeTakeFirst()) !== undefined,
    refuseNobodyLeft: async (tx, person) => {
      if (person.disabled || !person.roles.some((role) => settings.adminRoles.includes(role))) return;
      const left = await administrators(tx).where('people.disabled', '=', 0).limit(1).executeTakeFirst();
      if (left !== undefined) return;
      throw new GatehouseError('last-administrator', 'nobody would be left to manage Gatehouse', {
        exposable: true,
        remedy: 'Give somebody else an administrator role first.',
      });
    },
  };
};

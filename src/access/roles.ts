import type { GatehouseConfig } from '../config/index.ts';
import type { AccessPerson } from './types.ts';

/** A role of the policy, and all that it brings along. */
interface CompiledRole {
  manages: boolean;
  /** Itself and the roles that it includes, directly or not, each with the time at which that ends. */
  held: readonly { index: number; name: string; ends: number }[];
}

export type CompiledRoles = ReadonlyMap<string, CompiledRole>;

/** Stand-ins for people without a sign-in and for all who hold a role, among the indices of roles. */
export const ANONYMOUS_INDEX = 0;
export const EVERYONE_INDEX = 1;

const NEVER = Number.POSITIVE_INFINITY;

/** When each role that `start` includes ends for its holders: on the way that lasts longest, its shortest link. */
const follow = (roles: GatehouseConfig['roles'], start: string): Map<string, number> => {
  const ends = new Map<string, number>();
  const open: [string, number][] = [[start, roles[start]?.expires ?? NEVER]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [name, until] = next;
    if (until <= (ends.get(name) ?? Number.NEGATIVE_INFINITY)) continue;
    ends.set(name, until);
    for (const included of roles[name]?.includes ?? []) {
      open.push([included, Math.min(until, roles[included]?.expires ?? NEVER)]);
    }
  }
  return ends;
};

/** Numbers the roles and follows what they include. */
export const compileRoles = (roles: GatehouseConfig['roles']): CompiledRoles => {
  const indices = new Map(Object.keys(roles).map((name, index) => [name, index + 2]));
  return new Map(
    Object.entries(roles).map(([name, { manages }]): [string, CompiledRole] => [
      name,
      {
        manages,
        held: [...follow(roles, name)].flatMap(([each, ends]) => {
          const index = indices.get(each);
          return index === undefined ? [] : [{ index, name: each, ends }];
        }),
      },
    ]),
  );
};

/** Calls `visit` with each role that a person holds now, directly or by inclusion; some of them more than once. */
export const eachHeldRole = (
  roles: CompiledRoles,
  person: Pick<AccessPerson, 'roles' | 'roleEnds'>,
  now: number,
  visit: (index: number, name: string) => void,
): void => {
  for (const granted of person.roles) {
    const role = roles.get(granted);
    if (!role || now >= (person.roleEnds?.[granted] ?? NEVER)) continue;
    for (const { index, name, ends } of role.held) if (now < ends) visit(index, name);
  }
};

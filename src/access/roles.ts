import type { GatehouseConfig } from '../config/index.ts';
import { maskOf } from './bucket.ts';
import type { AccessPerson } from './types.ts';

/** Roles that somebody speaks for, by index. */
export interface Standing {
  /** Those whose forbidding rules count. */
  forbid: readonly number[];
  /** Those whose allowing rules count. */
  allow: readonly number[];
  forbidMask: number;
  allowMask: number;
  /** Whether a role of the file is among them. */
  hasRole: boolean;
  /** Whether time changes nothing of it. There is one object for each such set of roles of a policy. */
  lasts: boolean;
}

/** A role of the policy, and all that it brings along. */
interface CompiledRole {
  manages: boolean;
  /** Itself and the roles that it includes, directly or not, each with the time at which that ends. */
  held: readonly { index: number; name: string; ends: number }[];
  /** What somebody with this role alone stands for; undefined when something of it ends. */
  lasting: Standing | undefined;
}

export type CompiledRoles = ReadonlyMap<string, CompiledRole>;

/** What people with several roles stand for, by these roles. */
export type Standings = Map<string, Standing>;

/** Most sets of roles that are remembered: grants make them, and no request can. */
const MAX_STANDINGS = 1_024;

/** Stand-ins for people without a sign-in and for all who hold a role, among the indices of roles. */
export const ANONYMOUS_INDEX = 0;
export const EVERYONE_INDEX = 1;

const NEVER = Number.POSITIVE_INFINITY;

const masked = (roles: readonly number[]): number => roles.reduce((mask, role) => mask | maskOf(role), 0);

const standing = (
  forbid: readonly number[],
  allow: readonly number[],
  hasRole: boolean,
  lasts: boolean,
): Standing => ({
  forbid,
  allow,
  forbidMask: masked(forbid),
  allowMask: masked(allow),
  hasRole,
  lasts,
});

/** What is public is public for all, and what is forbidden to everyone is so for those without a role too. */
const standingWith = (held: readonly number[], lasts: boolean): Standing =>
  standing([...held, EVERYONE_INDEX], [...held, EVERYONE_INDEX, ANONYMOUS_INDEX], true, lasts);

const WITHOUT_ROLE = standing([EVERYONE_INDEX], [ANONYMOUS_INDEX], false, true);

/** What somebody who is not signed in stands for. */
export const NOBODY = standing([EVERYONE_INDEX, ANONYMOUS_INDEX], [ANONYMOUS_INDEX], false, true);

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
    Object.entries(roles).map(([name, { manages }]): [string, CompiledRole] => {
      const held = [...follow(roles, name)].flatMap(([each, ends]) => {
        const index = indices.get(each);
        return index === undefined ? [] : [{ index, name: each, ends }];
      });
      const lasting = held.every(({ ends }) => ends === NEVER)
        ? standingWith(
            held.map(({ index }) => index),
            true,
          )
        : undefined;
      return [name, { manages, held, lasting }];
    }),
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

/** Whether none of the roles ever ends, for anybody. */
const allLast = (roles: CompiledRoles, names: readonly string[]): boolean =>
  names.every((name) => roles.get(name)?.held.every(({ ends }) => ends === NEVER) ?? true);

/** What a person stands for now. Roles that the file does not know count for nothing. */
export const standingOf = (
  roles: CompiledRoles,
  standings: Standings,
  person: AccessPerson,
  now: number,
): Standing => {
  const [only] = person.roles;
  if (only === undefined) return WITHOUT_ROLE;
  const endless = person.roleEnds === undefined;
  const single = person.roles.length === 1;
  if (single && endless) {
    const role = roles.get(only);
    if (!role) return WITHOUT_ROLE;
    if (role.lasting) return role.lasting;
  }
  // No name of a role has a space in it.
  const key = single || !endless ? undefined : person.roles.join(' ');
  const known = key === undefined ? undefined : standings.get(key);
  if (known) return known;
  const held: number[] = [];
  eachHeldRole(roles, person, now, (index) => {
    held.push(index);
  });
  const lasts = key !== undefined && allLast(roles, person.roles);
  const found = held.length === 0 ? WITHOUT_ROLE : standingWith([...new Set(held)], lasts);
  if (key !== undefined && lasts) {
    if (standings.size >= MAX_STANDINGS) standings.clear();
    standings.set(key, found);
  }
  return found;
};

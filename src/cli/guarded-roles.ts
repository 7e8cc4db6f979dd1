import { EVERYONE, type GatehouseConfig } from '../config/index.ts';

/** The roles whose holders must have a second factor: those named, and those that include one of them. */
export const guardedRoles = ({ roles, secondFactor }: GatehouseConfig): ReadonlySet<string> => {
  if (secondFactor.roles.includes(EVERYONE)) return new Set(Object.keys(roles));
  const guarded = new Set(secondFactor.roles);
  // A circle of roles is refused when the configuration loads, so each round adds one or ends.
  for (let before = -1; before < guarded.size; ) {
    before = guarded.size;
    for (const [name, { includes = [] }] of Object.entries(roles)) {
      if (includes.some((role) => guarded.has(role))) guarded.add(name);
    }
  }
  return guarded;
};

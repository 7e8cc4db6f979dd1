import { compilePolicy, manages } from '../access/index.ts';
import type { GatehouseConfig } from '../config/index.ts';

/** The roles that manage people, those that only include such a role among them. `now` in milliseconds since the epoch. */
export const managingRoles = (config: GatehouseConfig, now: number): string[] => {
  const policy = compilePolicy({ config });
  return Object.keys(config.roles).filter((role) => manages(policy, [role], now));
};

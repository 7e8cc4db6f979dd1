import { z } from 'zod';
import type { PortalConfig } from '../config.ts';
import type { RoleChoice } from '../pages/role-choices.ts';
import { refuse } from '../refusal.ts';

/** The check boxes of a form: none, one or several. */
export const ROLES = z
  .union([z.string().max(64), z.array(z.string().max(64)).max(100)])
  .default([])
  .transform((value) => [...new Set([value].flat())]);

/** The roles of the configuration, and those still held that it has dropped, with the chosen ones marked. */
export const choicesOf = (
  config: PortalConfig,
  held: readonly string[],
  chosen: readonly string[] = held,
): RoleChoice[] => {
  const known = Object.entries(config.roles).map(([name, { manages, description }]) => ({
    name,
    says: description ?? (manages === true ? 'manages people and the gate' : ''),
    chosen: chosen.includes(name),
  }));
  const dropped = held
    .filter((name) => !Object.hasOwn(config.roles, name))
    .map((name) => ({ name, says: 'no longer in the configuration', chosen: chosen.includes(name) }));
  return [...known, ...dropped];
};

/** Roles from a form, which can name only those it offered. @throws {GatehouseError} `form-invalid`. */
export const offeredRoles = (choices: readonly RoleChoice[], sent: readonly string[]): string[] =>
  sent.map((role) => (choices.some(({ name }) => name === role) ? role : refuse('form-invalid')));

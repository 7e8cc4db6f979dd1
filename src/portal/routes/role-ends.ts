import type { Person } from '../../identity/index.ts';
import type { FormFields } from '../forms/read-form.ts';

const DAY = 86_400_000;

/** The last day (UTC) on which a role that ends then is held, as a date field shows it. */
export const lastDay = (end: number): string => new Date(end - 1).toISOString().slice(0, 10);

/** The field of the form that holds the last day of a role. */
export const untilField = (role: string): string => `until-${role}`;

/** What was typed into the date fields of these roles. */
export const typedDays = (form: FormFields, roles: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    roles.flatMap((role) => {
      const typed = form[untilField(role)];
      return typeof typed === 'string' && typed.trim() !== '' ? [[role, typed.trim().slice(0, 32)]] : [];
    }),
  );

/**
 * When the roles end by the last days that were typed; undefined when one of them is no day that is still to come. A day
 * that was not touched leaves the end as it is, to the second.
 */
export const endsByDays = (
  days: Readonly<Record<string, string>>,
  held: Person['roleEnds'],
  now: number,
): Record<string, number> | undefined => {
  const ends: Record<string, number> = {};
  for (const [role, day] of Object.entries(days)) {
    const before = held?.[role];
    if (before !== undefined && lastDay(before) === day) {
      ends[role] = before;
      continue;
    }
    const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
    // Date.parse takes 2027-02-30 for the 2nd of March.
    if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day) || at + DAY <= now) return undefined;
    ends[role] = at + DAY;
  }
  return ends;
};

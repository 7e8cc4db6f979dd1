import { GatehouseError } from '../core/index.ts';

const DAY = 86_400_000;

/**
 * When roles end, from words such as `analyst=2027-01-31` (the day still counts, in UTC) or
 * `analyst=2027-01-31T18:00:00Z`; milliseconds since the epoch.
 * @throws {GatehouseError} `usage`.
 */
export const roleEndsOf = (words: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    words.map((word): [string, number] => {
      const [, role, text = ''] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
      const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
      const at = isDay || isTime ? Date.parse(text) : Number.NaN;
      // Date.parse takes 2027-02-30 for the 2nd of March.
      const exists = !isDay || (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text));
      if (role !== undefined && !Number.isNaN(at) && exists) return [role, isDay ? at + DAY : at];
      throw new GatehouseError('usage', `"${word}" does not say until when a role is held`, {
        remedy: 'Write --until analyst=2027-01-31, or a time: analyst=2027-01-31T18:00:00Z.',
      });
    }),
  );

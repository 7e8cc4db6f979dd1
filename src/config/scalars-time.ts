import { z } from 'zod';
import { refuse } from './scalars.ts';

/** Days of the week, as ISO 8601 counts them: Monday is the first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Days such as `mon` or ranges such as `sat-mon`, as numbers: 0 is Monday, 6 is Sunday. */
export const days = () =>
  z
    .array(z.string())
    .min(1)
    .max(7)
    .transform((texts, context): number[] => {
      const found = new Set<number>();
      for (const text of texts) {
        const [from = '', to = from, ...rest] = text.split('-');
        const [first, last] = [DAYS.indexOf(from as 'mon'), DAYS.indexOf(to as 'mon')];
        if (first < 0 || last < 0 || rest.length > 0) {
          return refuse(context, `"${text}" is not a day`, `Write ${DAYS.join(', ')}, or a range: mon-fri.`);
        }
        for (let day = first; ; day = (day + 1) % 7) {
          found.add(day);
          if (day === last) break;
        }
      }
      return [...found].sort();
    });

/** `08:00-18:00` in minutes of the day; `to` is exclusive and may be 1440. */
export const hours = () =>
  z.string().transform((text, context): { from: number; to: number } => {
    const parts = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text);
    const minutes = (hour: string | undefined, minute: string | undefined) =>
      Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : Number.NaN;
    const from = minutes(parts?.[1], parts?.[2]);
    const to = minutes(parts?.[3], parts?.[4]);
    if (from < 1_440 && to <= 1_440 && from !== to) return { from, to };
    return refuse(context, `"${text}" are no hours`, 'Write from and to, with leading zeros: 08:00-18:00.');
  });

/** A time zone that this machine knows. */
export const timeZone = () =>
  z.string().transform((text, context): string => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch {
      return refuse(context, `"${text}" is not a time zone`, 'Write one such as Europe/Berlin, or UTC.');
    }
  });

/** A day, which counts to its end in UTC, or a time with its zone: milliseconds since the epoch. */
export const deadline = () =>
  z.string().transform((text, context): number => {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
    const at = day || time ? Date.parse(text) : Number.NaN;
    // Date.parse takes 2027-02-30 for the 2nd of March.
    const exists = !day || (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text));
    if (Number.isNaN(at) || !exists) {
      return refuse(context, `"${text}" is not a day`, 'Write 2027-01-31, or a time: 2027-01-31T18:00:00Z.');
    }
    return day ? at + 86_400_000 : at;
  });

import { EVENT_FIELDS } from '../../core/index.ts';
import type { LogEntry } from '../entry.ts';
import { printable } from '../printable.ts';

const FIELDS = Object.entries(EVENT_FIELDS)
  .filter(([, { tag }]) => tag !== 'never')
  .map(([name]) => name);

/** Names of the columns, in their order. */
export const CSV_COLUMNS = [
  'sequence',
  'id',
  'instance',
  'time',
  'type',
  'outcome',
  ...FIELDS,
  'erased',
] as const;

// A spreadsheet takes a cell that begins like this for a formula (CWE-1236).
const FORMULA = /^[=+\-@\t\r]/;

const cell = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = printable(Array.isArray(value) ? value.join(' ') : String(value));
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csvHeader = (): string => CSV_COLUMNS.join(',');

/** One record of CSV (RFC 4180), always one line: controls are spelt out. */
export const csvLine = (entry: LogEntry): string => {
  const { fields, sequence, id, instance, time, type, outcome, erased } = entry;
  const head = [sequence, id, instance, new Date(time).toISOString(), type, outcome];
  const values: Record<string, unknown> = fields;
  return [...head, ...FIELDS.map((name) => values[name]), erased].map(cell).join(',');
};

import { z } from 'zod';
import { GatehouseError, isGatehouseError, parseJson } from '../core/index.ts';
import type { ImportRow } from '../identity/index.ts';
import { readCsv } from './csv.ts';

const LONGEST_FILE = 16 * 1_048_576;
const COLUMNS = ['name', 'displayName', 'email', 'roles', 'hash'] as const;
type Column = (typeof COLUMNS)[number];

export interface LineFault {
  line: number;
  name: string;
  says: string;
}

export interface PeopleFile {
  rows: readonly ImportRow[];
  faults: readonly LineFault[];
  /** What `line` counts: lines of CSV, entries of JSON. */
  counts: 'line' | 'entry';
}

const invalid = (message: string, remedy: string): GatehouseError =>
  new GatehouseError('usage', message, { remedy });

// Django writes `!` and random characters where an account has no usable password.
const usable = (hash: string | undefined): string | undefined => {
  const trimmed = hash?.trim() ?? '';
  return trimmed === '' || trimmed.startsWith('!') ? undefined : trimmed;
};

const asRow = (
  line: number,
  of: { name: string; displayName?: string; email?: string; roles: readonly string[]; hash?: string },
): ImportRow => ({
  line,
  name: of.name,
  displayName: of.displayName?.trim() || undefined,
  email: of.email?.trim() || undefined,
  roles: of.roles,
  passwordHash: usable(of.hash),
});

const splitRoles = (text: string): string[] =>
  text
    .split(';')
    .map((role) => role.trim())
    .filter((role) => role !== '');

const fromCsv = (text: string, defaultRoles: readonly string[]): PeopleFile => {
  const [head, ...records] = readCsv(text);
  const columns = (head?.cells ?? []).map((cell) => cell.trim());
  const unknown = columns.find((column) => !COLUMNS.includes(column as Column));
  const remedy = `The first line names the columns: ${COLUMNS.join(',')}. Only name is needed.`;
  if (head?.fault !== undefined || !columns.includes('name'))
    throw invalid('there is no column "name"', remedy);
  if (unknown !== undefined) throw invalid(`there is no column "${unknown.slice(0, 64)}"`, remedy);
  if (new Set(columns).size !== columns.length) throw invalid('a column stands there twice', remedy);
  const rows: ImportRow[] = [];
  const faults: LineFault[] = [];
  for (const { line, cells, fault } of records) {
    const cell = (column: Column): string => cells[columns.indexOf(column)] ?? '';
    const says =
      fault ??
      (cells.length === columns.length
        ? undefined
        : `it has ${cells.length} cells instead of ${columns.length}`);
    if (says !== undefined) {
      faults.push({ line, name: cell('name'), says });
      continue;
    }
    const roles = splitRoles(cell('roles'));
    rows.push(
      asRow(line, {
        name: cell('name'),
        displayName: cell('displayName'),
        email: cell('email'),
        roles: roles.length > 0 ? roles : defaultRoles,
        hash: cell('hash'),
      }),
    );
  }
  return { rows, faults, counts: 'line' };
};

const entrySchema = z.strictObject({
  name: z.string(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  roles: z.array(z.string()).nullish(),
  hash: z.string().nullish(),
});

const fromJson = (text: string, defaultRoles: readonly string[]): PeopleFile => {
  const parsed = parseJson(text, { maxLength: LONGEST_FILE });
  if (!Array.isArray(parsed))
    throw invalid('the JSON is no list', 'Write a list of objects: [{ "name": "ana" }].');
  const rows: ImportRow[] = [];
  const faults: LineFault[] = [];
  for (const [index, value] of parsed.entries()) {
    const line = index + 1;
    const entry = entrySchema.safeParse(value);
    if (!entry.success) {
      const issue = entry.error.issues[0];
      faults.push({
        line,
        name: '',
        says: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '),
      });
      continue;
    }
    const { name, displayName, email, roles, hash } = entry.data;
    rows.push(
      asRow(line, {
        name,
        displayName: displayName ?? '',
        email: email ?? '',
        roles: roles == null || roles.length === 0 ? defaultRoles : roles,
        hash: hash ?? '',
      }),
    );
  }
  return { rows, faults, counts: 'entry' };
};

/**
 * The people of a CSV or JSON file. `defaultRoles` go to those that the file gives none.
 * @throws {GatehouseError} `usage` when it is neither, `invalid-json`.
 */
export const readPeopleFile = (text: string, defaultRoles: readonly string[]): PeopleFile => {
  if (text.length > LONGEST_FILE) throw invalid('the file is longer than 16 MiB', 'Split it.');
  try {
    return /^\s*[[{]/.test(text) ? fromJson(text, defaultRoles) : fromCsv(text, defaultRoles);
  } catch (error) {
    if (isGatehouseError(error, 'invalid-json')) {
      throw invalid('the file is no JSON that can be read', 'Check it, or write CSV.');
    }
    throw error;
  }
};

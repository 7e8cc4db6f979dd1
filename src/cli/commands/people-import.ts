import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { GatehouseConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import type { ImportedLine, ImportReport } from '../../identity/index.ts';
import { administer } from '../control/administer.ts';
import { EXIT } from '../errors.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';
import { type PeopleFile, readPeopleFile } from '../people-file.ts';

interface Options extends ConfigOptions {
  role: readonly string[];
  dryRun?: boolean;
  skipExisting?: boolean;
  json?: boolean;
}

const collect = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(',').map((role) => role.trim()),
];

const readText = async (file: string): Promise<string> => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    throw new GatehouseError('usage', `${file} cannot be read as UTF-8 text`, {
      remedy: 'Name a CSV or JSON file that you may read.',
      cause,
    });
  }
};

/** Lines that the file or the configuration refuses before anybody asks the database. */
const refusedBefore = ({ rows, faults }: PeopleFile, { roles }: GatehouseConfig): ImportedLine[] => [
  ...faults.map(
    ({ line, name, says }): ImportedLine => ({ line, name, outcome: 'refused', password: false, says }),
  ),
  ...rows.flatMap((row): ImportedLine[] => {
    const unknown = row.roles.find((role) => !Object.hasOwn(roles, role));
    if (unknown === undefined) return [];
    const says = `the configuration has no role "${unknown.slice(0, 64)}"`;
    return [
      { line: row.line, name: row.name, outcome: 'refused', password: false, code: 'role-invalid', says },
    ];
  }),
];

const WORDS = { added: 'added', ready: 'would be added', exists: 'is there already', refused: 'REFUSED' };

const describe = (line: ImportedLine, counts: string): string => {
  const note =
    line.outcome !== 'refused' && line.outcome !== 'exists' && !line.password
      ? ' (no password: send a link)'
      : '';
  const why = line.says === undefined ? '' : `: ${line.says}`;
  return `${counts} ${line.line}  ${JSON.stringify(line.name).slice(1, -1)}  ${WORDS[line.outcome]}${why}${note}`;
};

/**
 * Imports a file, or says what an import would do.
 * @throws {GatehouseError} `usage`, and those of the import.
 */
export const importPeople = async (
  config: GatehouseConfig,
  file: PeopleFile,
  options: { dryRun: boolean; skipExisting: boolean },
): Promise<ImportReport> => {
  const before = refusedBefore(file, config);
  const lines = new Set(before.map(({ line }) => line));
  const rows = file.rows.filter(({ line }) => !lines.has(line));
  const dryRun = options.dryRun || before.length > 0;
  const report = await administer(config, 'people.import', { rows: [...rows], ...options, dryRun });
  return { ...report, lines: [...report.lines, ...before].sort((a, b) => a.line - b.line) };
};

/** `gatehouse people import`: accounts from Django, Flask or anywhere else, with their password hashes. */
export const importCommand = (): Command =>
  withConfigOptions(new Command('import').description('make accounts from a CSV or JSON file, all or none'))
    .argument('<file>', 'columns or fields: name, displayName, email, roles, hash')
    .option('--role <role>', 'role of those that the file gives none', collect, [])
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--skip-existing', 'leave accounts that are there already as they are')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      const { loaded } = await findDataConfig(options);
      const file = readPeopleFile(await readText(name), options.role);
      const { dryRun = false, skipExisting = false } = options;
      const report = await importPeople(loaded.config, file, { dryRun, skipExisting });
      const refused = report.lines.filter(({ outcome }) => outcome === 'refused').length;
      const end =
        refused > 0
          ? `${refused} of ${report.lines.length} refused. Nothing was changed.`
          : dryRun
            ? 'Nothing was changed: this was a dry run.'
            : `${report.added} added.`;
      const text = [...report.lines.map((line) => describe(line, file.counts)), end].join('\n');
      process.stdout.write(`${options.json ? JSON.stringify(report) : text}\n`);
      if (refused > 0) process.exitCode = EXIT.failed;
    });

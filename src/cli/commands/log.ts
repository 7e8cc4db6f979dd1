import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { jsonLine, type LogEntry, type LogFilter, printable, readSecurityLog } from '../../audit/index.ts';
import { EVENT_TYPES, GatehouseError, type Outcome, parseDuration } from '../../core/index.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

/** What narrows a question to the log, as the command line says it. */
export interface FilterOptions extends ConfigOptions {
  type?: string;
  person?: string;
  app?: string;
  since?: string;
  until?: string;
  outcome?: Outcome;
  address?: string;
  incident?: string;
  credential?: string;
  column?: string;
  text?: string;
  limit?: string;
}

const wrong = (message: string, remedy: string): GatehouseError =>
  new GatehouseError('usage', message, { remedy });

/** A moment as people write it: ISO 8601, milliseconds since the epoch, or how long ago, such as `2h`. */
const moment = (text: string, now: number): number => {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const parsed = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  try {
    return now - parseDuration(text);
  } catch {
    throw wrong(`"${text}" is no moment`, 'Write 2026-05-01T09:30:00Z, or how long ago, such as 90m or 7d.');
  }
};

const limitOf = (text: string): number => {
  if (!/^\d{1,6}$/.test(text))
    throw wrong(`"${text}" is no number of entries`, 'Write a number from 0 to 100000.');
  return Number(text);
};

const typeOf = (text: string): string => {
  if (Object.keys(EVENT_TYPES).some((type) => type === text || type.startsWith(`${text}.`))) return text;
  throw wrong(`there is no event type "${text}"`, `Choose among ${Object.keys(EVENT_TYPES).join(', ')}.`);
};

/** @throws {GatehouseError} `usage` for a word that means nothing. */
export const filterOf = (options: FilterOptions, now: number): LogFilter => ({
  ...(options.type === undefined ? {} : { type: typeOf(options.type) }),
  ...(options.person === undefined ? {} : { person: options.person }),
  ...(options.app === undefined ? {} : { app: options.app }),
  ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
  ...(options.address === undefined ? {} : { address: options.address }),
  ...(options.incident === undefined ? {} : { incident: options.incident }),
  ...(options.credential === undefined ? {} : { credential: options.credential }),
  ...(options.column === undefined ? {} : { column: options.column }),
  ...(options.text === undefined ? {} : { text: options.text }),
  ...(options.since === undefined ? {} : { since: moment(options.since, now) }),
  ...(options.until === undefined ? {} : { until: moment(options.until, now) }),
  ...(options.limit === undefined ? {} : { limit: limitOf(options.limit) }),
});

interface LogOptions extends FilterOptions {
  json?: boolean;
  follow?: boolean;
}

const COLOURS = { success: 'green', failure: 'yellow', refused: 'red' } as const;

const line = (entry: LogEntry): string => {
  const time = new Date(entry.time).toISOString().replace('T', ' ').slice(0, 19);
  const fields = Object.entries(entry.fields)
    .map(
      ([name, value]) =>
        `${styleText('dim', `${name}=`)}${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join(' ');
  return `${styleText('dim', time)} ${styleText(COLOURS[entry.outcome], printable(entry.type).padEnd(20))} ${fields}`;
};

/** Writes a line and waits where the reader is slower than the log. Resolves to false once nobody reads any more. */
export const writeLine = (text: string): Promise<boolean> =>
  new Promise((resolve) => {
    process.stdout.write(`${text}\n`, (error) => resolve(!error));
  });

const show = async (options: LogOptions): Promise<void> => {
  const directory = (await findDataConfig(options)).loaded.config.data;
  const filter = filterOf(options, Date.now());
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  process.stdout.on('error', () => stop.abort());
  const entries = readSecurityLog(directory, filter, options.follow ? { signal: stop.signal } : undefined);
  for await (const entry of entries) {
    if (!(await writeLine(options.json ? jsonLine(entry) : line(entry))) || stop.signal.aborted) return;
  }
};

/** The options that {@link filterOf} reads. */
export const withFilterOptions = (command: Command): Command =>
  withConfigOptions(command)
    .option('--type <type>', 'only events of this type or family, such as signin or signin.failed')
    .option('--person <name>', 'only events by or about this person (account name or id)')
    .option('--app <name>', 'only events of this app')
    .addOption(
      new Option('--outcome <outcome>', 'only this outcome').choices(['success', 'failure', 'refused']),
    )
    .option('--address <address>', 'only events from this address or network')
    .option('--incident <id>', 'only the event behind an incident id')
    .option('--credential <id>', 'only what was done with this token or key')
    .option('--column <name>', 'only reads and changes of this field')
    .option('--text <words>', 'only events in which all these words occur')
    .option('--since <when>', 'not before: a time, or how long ago (90m, 7d)')
    .option('--until <when>', 'before: a time, or how long ago')
    .option('--limit <number>', 'only the newest so many');

/** `gatehouse log`: what happened, from any process, while the gate runs or not. */
export const logCommand = (): Command =>
  withFilterOptions(new Command('log').description('show the security log'))
    .option('--json', 'print one JSON object a line')
    .option('--follow', 'go on with what happens from now on')
    .action(show);

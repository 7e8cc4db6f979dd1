import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import {
  type AccessPerson,
  type ConsideredRule,
  compilePolicy,
  type Decision,
  type Explanation,
  explain,
} from '../../access/index.ts';
import type { GatehouseConfig } from '../../config/index.ts';
import { formatDuration, GatehouseError } from '../../core/index.ts';
import type { Person } from '../../identity/index.ts';
import { accessPerson } from '../access-person.ts';
import type { ShieldBefore } from '../loop/shields-before.ts';
import { type ConfigOptions, findConfig, withConfigOptions } from '../options.ts';
import { requestOfUrl } from '../request-of-url.ts';

export interface ExplainPorts {
  /** The account of this name, or undefined. */
  findPerson(
    config: GatehouseConfig,
    name: string,
  ): Promise<Pick<Person, 'id' | 'roles' | 'roleEnds'> | undefined>;
  /** The shields that stand before a request. */
  shieldsBefore(
    config: GatehouseConfig,
    request: { app: string; method: string; path: string },
  ): Promise<readonly ShieldBefore[]>;
}

interface ExplainOptions extends ConfigOptions {
  roles?: string;
  assurance: 'password' | 'mfa' | 'fresh-mfa';
  from?: string;
  at?: string;
  all?: boolean;
  json?: boolean;
}

const personFor = async (
  ports: ExplainPorts,
  config: GatehouseConfig,
  name: string,
  options: ExplainOptions,
  now: number,
): Promise<AccessPerson | undefined> => {
  if (name === 'anonymous') return undefined;
  const given = options.roles?.split(',').flatMap((role) => role.trim() || []);
  const found = given ? { id: name, roles: given } : await ports.findPerson(config, name);
  if (!found) {
    throw new GatehouseError('usage', `there is no person "${name}"`, {
      remedy: 'See "gatehouse people list", write anonymous, or say which roles are meant with --roles.',
    });
  }
  return options.assurance === 'fresh-mfa'
    ? accessPerson(found, 'mfa', now)
    : accessPerson(found, options.assurance);
};

const showVerdict = (decision: Decision): string => {
  if (decision.verdict === 'pass') return styleText(['green', 'bold'], 'let in');
  if (decision.verdict === 'refuse') return styleText(['red', 'bold'], 'refused');
  const { assurance, maxAge } = decision;
  const what = assurance === 'password' ? 'sign-in' : assurance;
  const fresh = maxAge === undefined ? '' : ` (of the last ${formatDuration(maxAge)})`;
  return styleText(['yellow', 'bold'], `asked for ${what}${fresh}`);
};

const PARTS = {
  'lets-in': styleText('green', 'lets in'),
  refuses: styleText('red', 'refuses'),
  demands: styleText('yellow', 'demands'),
  silent: styleText('dim', 'silent '),
} as const satisfies Record<ConsideredRule['part'], string>;

const showRule = (file: string, deciding: string) => (rule: ConsideredRule) => {
  const mark = rule.id === deciding ? styleText('bold', '>') : ' ';
  const place = rule.line === undefined ? rule.id : `${file}:${rule.line}`;
  return `${mark} ${PARTS[rule.part]}  ${styleText('cyan', place)}  ${rule.says}  ${styleText('dim', rule.why)}`;
};

const show = (
  file: string,
  asked: string,
  { decision, roles, ignoredRoles, rules, changes }: Explanation,
  all: boolean,
) => {
  const { rule } = decision;
  const place = rule.line === undefined ? rule.id : `${file}:${rule.line} ${rule.id}`;
  const shown = all ? rules : rules.filter(({ part }) => part !== 'silent');
  const hidden = rules.length - shown.length;
  const lines = [
    `${showVerdict(decision)}  ${asked}`,
    `  ${styleText('cyan', place)}  ${rule.says}${decision.verdict === 'refuse' ? ` (${decision.why})` : ''}`,
    `  roles: ${roles.join(', ') || 'none'}${ignoredRoles.length > 0 ? `; ignored: ${ignoredRoles.join(', ')}` : ''}`,
    '',
    ...(rules.length > 0 ? [styleText('bold', 'Rules'), ...shown.map(showRule(file, rule.id))] : []),
    ...(hidden > 0 ? [styleText('dim', `  ${hidden} silent; show them with --all`)] : []),
    '',
    styleText('bold', 'What would change it'),
    ...changes.map((change) => `  ${change}`),
  ];
  return lines.join('\n');
};

const showShields = (shields: readonly ShieldBefore[]): string =>
  shields.length === 0
    ? ''
    : [
        '',
        '',
        styleText('bold', 'Shields'),
        ...shields.map(
          ({ mode, shield }) =>
            `  ${mode.padEnd(7)}  ${styleText('cyan', shield.id)}  ${shield.parameter.in} ${shield.parameter.name ?? '*'}  ${shield.why}`,
        ),
      ].join('\n');

const timeOf = (text: string | undefined): number => {
  if (text === undefined) return Date.now();
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new GatehouseError('usage', `"${text}" is not a time`, {
    remedy: 'Write it as 2027-01-31T18:00:00Z.',
  });
};

/** `gatehouse explain`: whether somebody may do something, which line says so, and what would change it (C13). */
export const explainCommand = (ports: ExplainPorts): Command =>
  withConfigOptions(new Command('explain'))
    .description('say whether somebody may do something, and which line says so')
    .argument('<person>', 'account name, or anonymous')
    .argument('<method>', 'HTTP method')
    .argument('<url>', 'address at the app, or a path where there is only one app')
    .option('--roles <roles>', 'suppose these roles, by comma, instead of looking the account up')
    .addOption(
      new Option('--assurance <assurance>', 'suppose a session with these factors')
        .choices(['password', 'mfa', 'fresh-mfa'])
        .default('password'),
    )
    .option('--from <address>', 'suppose this IP address of the client')
    .option('--at <time>', 'suppose this time, such as 2027-01-31T18:00:00Z')
    .option('--all', 'show the rules that are silent too')
    .option('--json', 'print JSON')
    .action(async (name: string, method: string, url: string, options: ExplainOptions) => {
      const { loaded } = await findConfig(
        options.config,
        options.data === undefined ? {} : { data: options.data },
      );
      const request = requestOfUrl(loaded.config, method, url);
      const now = timeOf(options.at);
      const person = await personFor(ports, loaded.config, name, options, now);
      const explanation = explain(compilePolicy(loaded), {
        ...request,
        now,
        ...(person && { person }),
        ...(options.from !== undefined && { address: options.from }),
      });
      const shields = await ports.shieldsBefore(loaded.config, request);
      const text = options.json
        ? JSON.stringify({ person: name, ...request, ...explanation, shields })
        : show(loaded.file, `${name} ${method} ${url}`, explanation, options.all ?? false) +
          showShields(shields);
      console.log(text);
    });

import { styleText } from 'node:util';
import { Command } from 'commander';
import type { ProbeResult } from '../../probe/index.ts';
import { signIn } from '../../probe/index.ts';
import { authorityOf, runProbe } from '../loop/run-probe.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';
import { readPassword } from '../read-password.ts';
import { appOf } from './shield.ts';

interface ProbeOptions extends ConfigOptions {
  upstream?: string;
  app?: string;
  cookie?: string;
  person?: string;
  passwordStdin?: boolean;
  host?: string[];
  json?: boolean;
}

const OPEN = 3;
const STYLES = { open: 'red', shielded: 'green', fixed: 'cyan', unproved: 'yellow' } as const;
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const many = (value: string, before: readonly string[] = []): string[] => [...before, value];

const describe = (title: string, route: string, { outcome, direct, gated, ordinary }: ProbeResult): string =>
  [
    `${styleText([STYLES[outcome], 'bold'], outcome.padEnd(8))} ${title}  ${route}`,
    `         app: ${direct}${gated === null ? '' : `; gate: ${gated}`}${ordinary === null ? '' : `; ${ordinary}`}`,
  ].join('\n');

const probe = async (url: string, options: ProbeOptions): Promise<void> => {
  const { loaded } = await findDataConfig(options);
  const { config } = loaded;
  const hosts = options.host ?? [];
  const gate = url.startsWith('https:') ? url : undefined;
  const cookie =
    options.person === undefined || gate === undefined
      ? options.cookie
      : await signIn({
          url: gate,
          name: options.person,
          password: await readPassword(),
          ca: authorityOf(config),
          hosts,
        });
  const { probed, retired } = await runProbe({
    config,
    app: appOf(config, options.app),
    gate,
    bare: gate === undefined ? url : options.upstream,
    cookie,
    hosts,
    onResult: (finding, result) => {
      const { source, title } = finding;
      const route = `${source?.methods.join(',') || 'any'} ${source?.route ?? '?'}`;
      if (!options.json) print(describe(title, route, result));
    },
  });
  const count = (outcome: ProbeResult['outcome']) => probed.filter((one) => one.outcome === outcome).length;
  if (options.json) print(JSON.stringify({ probed, retired }));
  else {
    print(
      `${count('open')} open, ${count('shielded')} shielded, ${count('fixed')} fixed, ${count('unproved')} unproved.`,
    );
    if (retired.length > 0) {
      print(
        `The holes behind ${retired.length} shields are gone. Remove them with: gatehouse shield remove retired`,
      );
    }
  }
  if (count('open') > 0) process.exitCode = OPEN;
};

/** `gatehouse probe URL`: exit 0 when nothing is open, 3 when something is, 2 wrong usage, 1 it failed. */
export const probeCommand = (): Command =>
  withConfigOptions(new Command('probe'))
    .description('Try the findings that were kept with harmless proofs: open, shielded or fixed.')
    .argument('<url>', 'https address of the app at the gate, or http address of a bare app')
    .option('--upstream <url>', 'address of the bare app behind the gate, to compare with')
    .option('--app <name>', 'app that the findings are about (default: the only one)')
    .option('--cookie <cookie>', 'session at the app, as a Cookie header')
    .option('--person <name>', 'sign in as this person')
    .option('--password-stdin', 'with the password from standard input')
    .option('--host <name>', 'host beside this machine that may be probed; may be said again', many)
    .option('--json', 'print JSON')
    .action(probe);

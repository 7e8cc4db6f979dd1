import { styleText } from 'node:util';
import { Command } from 'commander';
import type { GatehouseConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import { administer } from '../control/administer.ts';
import type { KeptShield } from '../loop/shield-book.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

interface CommonOptions extends ConfigOptions {
  json?: boolean;
}

const STYLES = { proposed: 'yellow', observe: 'cyan', block: 'green', removed: 'dim' } as const;

const where = ({ shield }: KeptShield): string => {
  const { in: place, name, path } = shield.parameter;
  const parameter = path.length > 1 ? path.join('.') : (name ?? 'everything');
  return `${shield.methods.join(',') || 'any'} ${shield.route}  ${place} ${parameter}`;
};

const describe = (kept: KeptShield): string => {
  const retire = kept.retireAt === null ? '' : styleText('yellow', '  removal proposed: the hole is gone');
  return [
    `${styleText(STYLES[kept.state], kept.state.padEnd(8))} ${styleText('bold', kept.shield.id)}  ${kept.shield.app}  ${where(kept)}${retire}`,
    `         ${kept.shield.why} ${styleText('dim', `finding ${kept.shield.finding}, event ${kept.eventId ?? 'none'}`)}`,
  ].join('\n');
};

const show = (options: CommonOptions, value: unknown, text: string): void =>
  print(options.json ? JSON.stringify(value) : text);

const sub = (name: string, description: string): Command =>
  withConfigOptions(new Command(name).description(description)).option('--json', 'print JSON');

/** The app that is meant: the one that was named, or the only one. */
export const appOf = (config: GatehouseConfig, named: string | undefined): string => {
  const names = Object.keys(config.apps);
  if (named !== undefined && (names.length === 0 || names.includes(named))) return named;
  const [only, ...more] = names;
  // Without a configuration the app of `run` and `serve` has this name.
  if (named === undefined && more.length === 0) return only ?? 'app';
  throw new GatehouseError('app-unknown', `it is not clear which app is meant`, {
    remedy: `Name one with --app: ${names.join(', ')}.`,
  });
};

const many = (value: string, before: readonly string[] = []): string[] => [...before, value];

const proposeCommand = (): Command =>
  sub('propose', 'propose a narrow rule for every open finding of the web')
    .option('--app <name>', 'app that the findings are about (default: the only one)')
    .option('--allow-host <host>', 'host, or host:port, that the app may fetch; may be said again', many)
    .action(async (options) => {
      const { loaded } = await findDataConfig(options);
      const app = appOf(loaded.config, options.app);
      const outcome = await administer(loaded.config, 'shields.propose', {
        app,
        hosts: options.allowHost ?? [],
      });
      const without = outcome.without.map(
        ({ fingerprint, title, why }) => `none     ${title} (${fingerprint}): ${why}`,
      );
      const next =
        outcome.proposed.length === 0
          ? 'Nothing new to propose.'
          : 'Apply them with: gatehouse shield apply all --observe   (or --block)';
      show(options, outcome, [...outcome.proposed.map(describe), ...without, next].join('\n'));
    });

const change = (name: string, description: string, state: 'observe' | 'block' | 'removed'): Command =>
  sub(name, description)
    .argument('<id...>', state === 'removed' ? 'ids, all, or retired' : 'ids, or all')
    .action(async (ids: string[], options) => changeTo(ids, options, state));

const changeTo = async (
  ids: readonly string[],
  options: CommonOptions,
  state: 'observe' | 'block' | 'removed',
): Promise<void> => {
  const { loaded } = await findDataConfig(options);
  const [first] = ids;
  const which = ids.length === 1 && (first === 'all' || first === 'retired') ? first : [...ids];
  const { changed } = await administer(loaded.config, 'shields.change', { ids: which, state });
  show(options, changed, changed.map(describe).join('\n') || 'Nothing to change.');
};

const applyCommand = (): Command =>
  sub('apply', 'put shields in front of the app')
    .argument('<id...>', 'ids, or all')
    .option('--observe', 'record what they would refuse, and let it pass (the default)')
    .option('--block', 'refuse')
    .action(async (ids: string[], options) => changeTo(ids, options, options.block ? 'block' : 'observe'));

const listCommand = (): Command =>
  sub('list', 'list the shields')
    .option('--all', 'also those that were removed')
    .action(async (options) => {
      const { loaded } = await findDataConfig(options);
      const { shields } = await administer(loaded.config, 'shields.list', { all: options.all ?? false });
      show(options, shields, shields.map(describe).join('\n') || 'There are no shields yet.');
    });

/** `gatehouse shield`: narrow rules made from findings (C54). Works beside a running gate and without one. */
export const shieldCommand = (): Command =>
  new Command('shield')
    .description('narrow rules at the gate, made from findings')
    .addCommand(proposeCommand())
    .addCommand(applyCommand())
    .addCommand(listCommand())
    .addCommand(change('observe', 'let shields record only', 'observe'))
    .addCommand(change('block', 'let shields refuse', 'block'))
    .addCommand(
      change('remove', 'take shields away; "retired" means those whose removal is proposed', 'removed'),
    );

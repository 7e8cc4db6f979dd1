import { styleText } from 'node:util';
import { Command } from 'commander';
import type { ConfigOverrides, LoadedConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import { type Gatehouse, openGatehouse } from '../gatehouse.ts';
import { findConfig } from '../options.ts';
import { untilStopped } from '../until-stopped.ts';

export interface GateOptions {
  config?: string;
  data?: string;
  listen?: string;
  portal?: string;
  url?: string;
  upstream?: string;
}

/** The options that `serve` and `run` share. */
export const withGateOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'configuration (default: gatehouse.yaml where it exists)')
    .option('--listen <address>', 'host:port for HTTPS (default: 127.0.0.1:8443)')
    .option(
      '--portal <url>',
      'https address of sign-in and account (default: https://gate.localhost and the port)',
    )
    .option('--url <url>', 'https address of the app (default: https://localhost and the port)')
    .option('--data <directory>', 'data directory (default: .gatehouse)');

/** The options as the configuration takes them, those that were not given left out. */
export const overridesOf = (options: GateOptions): ConfigOverrides => {
  const { listen, portal, data, url, upstream } = options;
  const given = Object.entries({ listen, portal, data, url, upstream }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given);
};

export const say = (line: string): void =>
  void process.stdout.write(`${styleText('dim', 'gatehouse')}  ${line}\n`);
export const warn = (line: string): void =>
  void process.stderr.write(`${styleText('yellow', 'gatehouse', { stream: process.stderr })}  ${line}\n`);

/** Says where the gate stands: the ready line holds the addresses of the apps and of the portal. */
export const announce = ({ config }: LoadedConfig, gatehouse: Gatehouse): void => {
  const apps = Object.values(config.apps);
  for (const app of apps) {
    if (app.rules === undefined) say(`App ${app.name} has no rules: people with any role are let in.`);
  }
  if (gatehouse.certificates.kind === 'local') {
    say(
      'The certificate is from a local authority: "gatehouse trust" makes this machine\'s browsers trust it.',
    );
  }
  say(`Public keys of the signed identity: ${gatehouse.jwksUrl}`);
  const urls = apps.map((app) => styleText('bold', app.url)).join('  ');
  say(`${styleText('green', 'ready')}  app ${urls}  portal ${styleText('bold', config.portal)}`);
  if (gatehouse.setupUrl !== undefined) {
    say('Nobody can sign in yet. Make the first administrator with this link, which works once:');
    say(`  ${styleText('bold', gatehouse.setupUrl)}`);
  }
};

/** `gatehouse serve`: guards apps that already run. */
export const serveCommand = (): Command =>
  withGateOptions(new Command('serve').description('guard apps that already run'))
    .option('--upstream <url>', 'address of the app, such as http://127.0.0.1:8501')
    .action(async (options: GateOptions) => {
      const overrides = overridesOf(options);
      const { loaded, file } = await findConfig(options.config, overrides);
      const apps = Object.values(loaded.config.apps);
      const without = apps.find((app) => app.upstream === undefined);
      if (apps.length === 0 || without !== undefined) {
        throw new GatehouseError(
          'usage',
          without ? `app ${without.name} has no upstream` : 'there is no app to guard',
          {
            remedy:
              'Name its address with --upstream URL or in gatehouse.yaml; to start it too, use gatehouse run -- COMMAND.',
          },
        );
      }
      const stopped = untilStopped();
      const gatehouse = await openGatehouse({ loaded, file, overrides, say, warn });
      announce(loaded, gatehouse);
      await stopped;
      say('Stopping.');
      await gatehouse.close();
    });

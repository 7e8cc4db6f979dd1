import { styleText } from 'node:util';
import { Command } from 'commander';
import type { AppConfig, GatehouseConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import { cspYaml, NO_HASHES, PRESETS, proposeCsp, readShell } from '../../gate/index.ts';
import { administer } from '../control/administer.ts';
import { gateApp } from '../gate-settings.ts';
import { type ConfigOptions, findConfig, findDataConfig, withConfigOptions } from '../options.ts';
import { hashesOf } from '../shells.ts';

const appOf = ({ apps }: GatehouseConfig, name: string): AppConfig => {
  const app = apps[name];
  if (app !== undefined) return app;
  throw new GatehouseError('app-unknown', `there is no app "${name}"`, {
    remedy: `Choose one of: ${Object.keys(apps).join(', ') || 'none: the configuration has no apps'}.`,
  });
};

const modeOf = ({ csp }: AppConfig) => (csp.mode === 'block' ? 'block' : 'observe');

interface ProposeOptions extends ConfigOptions {
  clear?: boolean;
  json?: boolean;
}

const proposeCommand = (): Command =>
  withConfigOptions(new Command('propose'))
    .description('what the policy refused for people, as fields that would allow it; you decide')
    .argument('[app]', 'name of the app', 'app')
    .option('--clear', 'forget what was told of the app, after printing it')
    .option('--json', 'print JSON')
    .action(async (name: string, options: ProposeOptions) => {
      const { loaded } = await findDataConfig(options);
      const app = loaded.config.apps[name];
      const { sightings } = await administer(loaded.config, 'csp.sightings', {
        app: name,
        clear: options.clear ?? false,
      });
      const { proposals, advice } = proposeCsp(name, sightings);
      if (options.json) {
        console.log(JSON.stringify({ app: name, proposals, advice }));
        return;
      }
      const lines: string[] = [];
      if (proposals.length > 0) {
        lines.push(
          '# Take over what you know; leave out the rest. Nothing is allowed before you do.',
          cspYaml(name, app === undefined ? 'observe' : modeOf(app), app?.csp.add ?? {}, proposals).trimEnd(),
        );
      }
      for (const { sighting, advice: says } of advice)
        lines.push(`# ${sighting.directive} ${sighting.blocked} (${sighting.count} times): ${says}`);
      console.log(
        lines.length === 0 ? `# Nobody's browser has told of anything refused in ${name}.` : lines.join('\n'),
      );
    });

interface LearnOptions extends ConfigOptions {
  page: string[];
  upstream?: string;
}

const learnCommand = (): Command =>
  withConfigOptions(new Command('learn'))
    .description('hash the scripts and styles that stand in pages of the app, for you to approve')
    .argument('<app>', 'name of the app')
    .option(
      '--page <path>',
      'page to read, may be given several times (default: those of the framework, or /)',
      (path: string, all: string[]) => [...all, path],
      [],
    )
    .option('--upstream <url>', 'where the app listens, when gatehouse starts it')
    .action(async (name: string, options: LearnOptions) => {
      const { loaded } = await findConfig(options.config, {
        ...(options.data !== undefined && { data: options.data }),
        ...(options.upstream !== undefined && { upstream: options.upstream }),
      });
      const app = appOf(loaded.config, name);
      if (app.upstream === undefined) {
        throw new GatehouseError('usage', `it is not known where ${name} listens`, {
          remedy:
            'Give --upstream, or name the pages under csp.pages: they are hashed each time the app starts.',
        });
      }
      const preset = PRESETS[app.preset ?? 'generic'];
      const pages =
        options.page.length > 0
          ? options.page
          : (app.csp.pages ?? (preset.shell.length > 0 ? preset.shell : ['/']));
      const found = await readShell(gateApp(app, undefined, NO_HASHES, loaded.config.portal), pages);
      for (const { path, status, parts } of found) {
        const why =
          status === 200
            ? `${parts.length} scripts and styles stand in it`
            : `answered ${status || 'nothing'}`;
        console.log(`${styleText('dim', '#')} ${path}: ${why}`);
        for (const { kind, hash, sample } of parts)
          console.log(`#   ${kind} ${hash}\n#     ${sample.replace(/[^\x20-\x7e]/g, '?')}`);
      }
      const { script, style } = hashesOf(found);
      if (script.length + style.length === 0) return;
      console.log('# Read each of them: an approved script runs as the app. Then:');
      const joined = (directive: 'script-src' | 'style-src', hashes: readonly string[]) =>
        hashes.length === 0
          ? {}
          : { [directive]: [...new Set([...(app.csp.add[directive] ?? []), ...hashes])] };
      const add = { ...app.csp.add, ...joined('script-src', script), ...joined('style-src', style) };
      console.log(cspYaml(name, modeOf(app), add, []).trimEnd());
    });

/** `gatehouse csp`: the content security policy of an app, from what its pages hold and what browsers told (C26). */
export const cspCommand = (): Command =>
  new Command('csp')
    .description('learn and propose the content security policy of an app')
    .addCommand(learnCommand())
    .addCommand(proposeCommand());

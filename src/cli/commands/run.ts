import { styleText } from 'node:util';
import { Command } from 'commander';
import type { LoadedConfig } from '../../config/index.ts';
import { GatehouseError } from '../../core/index.ts';
import { PRESETS, printMatrix } from '../../gate/index.ts';
import { splitCommand } from '../../run/index.ts';
import { openGatehouse } from '../gatehouse.ts';
import { scanAtStart } from '../loop/scan-at-start.ts';
import { findConfig } from '../options.ts';
import { type StartedApp, startApp } from '../start-app.ts';
import { untilStopped } from '../until-stopped.ts';
import { announce, type GateOptions, overridesOf, say, warn, withGateOptions } from './serve.ts';

interface RunOptions extends GateOptions {
  user?: string;
  matrix: boolean;
  /** Folder, or true for the working directory. */
  scan?: string | true;
}

/** The commands to start: the one on the command line, or those of the configuration. */
const commandsOf = ({ config }: LoadedConfig): { name: string; command: readonly string[] }[] =>
  Object.values(config.apps).flatMap(({ name, run }) =>
    run === undefined ? [] : [{ name, command: typeof run === 'string' ? splitCommand(run) : run }],
  );

/** `gatehouse run -- COMMAND`: starts an app and guards it. */
export const runCommand = (): Command =>
  withGateOptions(new Command('run').description('start an app and guard it: gatehouse run -- COMMAND'))
    .argument('[command...]', 'command that starts the app (default: those of the configuration)')
    .option('--user <name>', 'account of this machine that the app runs as (only root can choose)')
    .option(
      '--scan [folder]',
      'first scan the code and put shields in front of what it finds (default: here)',
    )
    .option('--no-matrix', 'do not print what is enforced for the framework')
    .action(async (words: string[], options: RunOptions) => {
      const overrides = { ...overridesOf(options), ...(words.length > 0 && { run: words }) };
      const { loaded, file } = await findConfig(options.config, overrides);
      const commands = commandsOf(loaded);
      if (commands.length === 0) {
        throw new GatehouseError('usage', 'there is no command to run', {
          remedy: 'Write it behind --, for example: gatehouse run -- streamlit run sales.py',
        });
      }
      const gatehouse = await openGatehouse({ loaded, file, overrides, say, warn });
      const apps: StartedApp[] = [];
      const stopped = untilStopped();
      try {
        if (options.scan !== undefined) {
          const folder = options.scan === true ? '.' : options.scan;
          const names = commands.map(({ name }) => name);
          await scanAtStart({ data: gatehouse.data, apps: names, folder, say });
        }
        for (const { name, command } of commands) {
          apps.push(await startApp({ name, command, loaded, gatehouse, user: options.user, say, warn }));
        }
        // Waiting for the apps ends when somebody stops Gatehouse meanwhile.
        const ready = Promise.all(apps.map((started) => started.ready)).then(() => 'ready' as const);
        if ((await Promise.race([ready, stopped])) === 'ready') {
          for (const preset of new Set(options.matrix ? apps.map((started) => started.preset) : [])) {
            say(`What is enforced for ${PRESETS[preset].title}:`);
            const colour = process.stdout.isTTY && styleText('red', 'x') !== 'x';
            process.stdout.write(`${printMatrix(PRESETS[preset], { colour })}\n`);
          }
          announce(loaded, gatehouse);
          const failed = await Promise.race([stopped, ...apps.map((started) => started.app.ended)]);
          if (failed instanceof GatehouseError) throw failed;
        }
      } finally {
        say('Stopping.');
        await Promise.all(apps.map((started) => started.app.stop()));
        await gatehouse.close();
      }
    });

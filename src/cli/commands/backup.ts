import { resolve } from 'node:path';
import { Command } from 'commander';
import { restoreData } from '../../store/index.ts';
import { administer } from '../control/administer.ts';
import { findDataConfig, withConfigOptions } from '../options.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** `gatehouse backup FILE`: writes the whole data directory, keys included, into one file. */
export const backupCommand = (): Command =>
  withConfigOptions(
    new Command('backup').description('write the data directory, keys included, into one file'),
  )
    .argument('<file>', 'file to write; it must not exist')
    .action(async (file: string, options) => {
      const { loaded } = await findDataConfig(options);
      await administer(loaded.config, 'backup', { file: resolve(file) });
      print(`Wrote ${file}. It holds your keys: keep it where only you can read it.`);
    });

/** `gatehouse restore FILE`: makes a data directory from a backup. */
export const restoreCommand = (): Command =>
  withConfigOptions(new Command('restore').description('make a data directory from a backup'))
    .argument('<file>', 'a file that "gatehouse backup" wrote')
    .action(async (file: string, options) => {
      const { loaded } = await findDataConfig(options);
      await restoreData(resolve(file), loaded.config.data);
      print(`Restored into ${loaded.config.data}.`);
    });

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ConfigOverrides, LoadedConfig } from '../config/index.ts';

const DEFAULT_FILE = 'gatehouse.yaml';

export interface ConfigOptions {
  config?: string;
  data?: string;
}

/** `--config` and `--data`, for every command that works on a data directory. */
export const withConfigOptions = (command: Command): Command =>
  command
    .option('--config <file>', `configuration (default: ${DEFAULT_FILE} where it exists)`)
    .option('--data <directory>', 'data directory (default: .gatehouse, or as the configuration says)');

export interface FoundConfig {
  loaded: LoadedConfig;
  /** Undefined when there is no file. */
  file: string | undefined;
}

/** Loads the named configuration, or gatehouse.yaml of the working directory, or what the options alone say. */
export const findConfig = async (
  file: string | undefined,
  overrides: ConfigOverrides,
): Promise<FoundConfig> => {
  // Only here: commands that need no configuration start without it.
  const { defaultConfig, loadConfig } = await import('../config/index.ts');
  const found = file ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (found === undefined) return { loaded: defaultConfig(overrides), file: undefined };
  return { loaded: await loadConfig(found, overrides), file: resolve(found) };
};

/** The same for commands that need only the data directory. */
export const findDataConfig = async ({ config, data }: ConfigOptions): Promise<FoundConfig> =>
  findConfig(config, data === undefined ? {} : { data });

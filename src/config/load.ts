import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GatehouseError } from '../core/index.ts';
import type { ConfigOverrides } from './overrides.ts';
import { checkValues, type LoadedConfig, parseConfig } from './parse.ts';

/**
 * Reads and checks a configuration file. `data` and other relative paths start from its directory.
 * @throws {GatehouseError} `config-unreadable` when it cannot be read or is no UTF-8.
 * @throws {ConfigError} `config-invalid` when its content is refused.
 */
export const loadConfig = async (file: string, overrides: ConfigOverrides = {}): Promise<LoadedConfig> =>
  parseConfig(await readConfigText(file), file, overrides);

/** The text of the file, without a byte order mark. Throws as {@link loadConfig} does. */
export const readConfigText = async (file: string): Promise<string> => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'does not exist' : cause instanceof TypeError ? 'is not UTF-8' : 'cannot be read';
    throw new GatehouseError('config-unreadable', `the configuration ${file} ${why}`, {
      remedy: missing
        ? 'Name an existing file with --config, or leave --config away.'
        : 'Check the file and its permissions.',
      position: { file },
      cause,
    });
  }
};

/**
 * The configuration without a file: what the options say, and defaults for the rest. Paths start from the working
 * directory.
 * @throws {ConfigError} when an option is refused.
 */
export const defaultConfig = (overrides: ConfigOverrides = {}): LoadedConfig =>
  checkValues({}, new Map(), resolve('command line'), overrides);

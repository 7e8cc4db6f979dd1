import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { GatehouseError, isGatehouseError } from '../core/index.ts';
import { readConfigText } from './load.ts';
import type { ConfigOverrides } from './overrides.ts';
import { type LoadedConfig, parseConfig } from './parse.ts';
import { changedFields } from './restart.ts';

export interface ConfigWatchOptions {
  /** Called with every accepted edit that changed something, and the fields that changed. */
  onChange(loaded: LoadedConfig, changed: readonly string[]): void;
  /** Called once for each edit that was refused; the configuration before it stays in force. */
  onRejected(error: GatehouseError): void;
  /** What is in force now; read from the file when absent. */
  current?: LoadedConfig;
  overrides?: ConfigOverrides;
  /** How long the file has to be quiet, in milliseconds; default 100. */
  debounce?: number;
  /** How often the file is looked at where no notice comes, in milliseconds; default 2000. */
  poll?: number;
}

const asGatehouseError = (cause: unknown, file: string): GatehouseError =>
  isGatehouseError(cause)
    ? cause
    : new GatehouseError('internal', `reading ${file} failed`, { remedy: 'Look at the cause.', cause });

/**
 * Watches a configuration file, also where editors replace it and where a link to it is turned. The directory is
 * watched, and the content looked at regularly besides, since notices are missing on network and container mounts.
 */
export const watchConfig = (file: string, options: ConfigWatchOptions): { close(): void } => {
  const { onChange, onRejected, overrides = {}, debounce = 100, poll = 2_000 } = options;
  const path = resolve(file);
  let current = options.current;
  let seen: string | undefined;
  let closed = false;
  let busy = false;
  let again = false;

  const read = () => readConfigText(path).catch((error: unknown) => asGatehouseError(error, file));
  const keyOf = (text: string | GatehouseError): string =>
    typeof text === 'string' ? text : `unreadable: ${text.message}`;

  const look = async (): Promise<void> => {
    const text = await read();
    if (closed) return;
    const key = keyOf(text);
    if (key === seen) return;
    const first = seen === undefined;
    seen = key;
    if (typeof text !== 'string') return onRejected(text);
    let loaded: LoadedConfig;
    try {
      loaded = parseConfig(text, file, overrides);
    } catch (error) {
      return onRejected(asGatehouseError(error, file));
    }
    const before = current;
    current = loaded;
    if (!before) {
      if (!first) onChange(loaded, Object.keys(loaded.config));
      return;
    }
    const changed = changedFields(before.config, loaded.config);
    if (changed.length > 0) onChange(loaded, changed);
  };

  const check = async (): Promise<void> => {
    again = busy;
    if (busy || closed) return;
    busy = true;
    try {
      await look();
    } finally {
      busy = false;
    }
    if (again) await check();
  };

  let quiet: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      quiet = undefined;
      void check();
    }, debounce).unref();
  };
  // What differs may be half of a file that is being written: it is read when the file has been quiet.
  const glance = async (): Promise<void> => {
    if (quiet === undefined && keyOf(await read()) !== seen && quiet === undefined && !closed) settle();
  };
  const notice = (_event: string, name: string | null): void => {
    if (name !== null && name !== basename(path) && !name.startsWith('..')) return;
    settle();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, notice);
    watcher.on('error', () => watcher?.close());
  } catch {
    // No notices here (inotify used up, unsupported mount): looking regularly has to do.
  }
  const timer = setInterval(glance, poll).unref();
  void check();
  return {
    close() {
      closed = true;
      clearTimeout(quiet);
      clearInterval(timer);
      watcher?.close();
    },
  };
};

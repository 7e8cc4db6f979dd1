import { GatehouseError } from '../../core/index.ts';

/**
 * The value of the last of `names` that `args` gives, as `--name value` or `--name=value` (`-n value`, `-nvalue` for
 * short names). Options after `--` are the app's own.
 */
export const optionValue = (args: readonly string[], names: readonly string[]): string | undefined => {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  let value: string | undefined;
  own.forEach((word, i) => {
    for (const name of names) {
      if (word === name) value = own[i + 1] ?? '';
      else if (word.startsWith(`${name}=`)) value = word.slice(name.length + 1);
      else if (/^-\w$/.test(name) && word.startsWith(name) && word.length > 2) value = word.slice(2);
    }
  });
  return value;
};

/** Whether one of `names` is there as a switch or as an option. */
export const hasOption = (args: readonly string[], names: readonly string[]): boolean =>
  optionValue(args, names) !== undefined;

const isLoopbackName = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host.trim());

/**
 * Refuses an address that other machines reach: it would lead around the gate.
 * @throws {GatehouseError} `app-exposed`
 */
export const demandLoopback = (written: string, host: string): void => {
  if (isLoopbackName(host)) return;
  throw new GatehouseError('app-exposed', `${written} lets people reach the app around the gate`, {
    remedy: 'Leave it out: the app then listens on 127.0.0.1, and people come in through the gate.',
  });
};

/**
 * Refuses an option that contradicts running behind the gate.
 * @throws {GatehouseError} `app-option-conflict`
 */
export const refuseOption = (written: string, why: string, remedy: string): never => {
  throw new GatehouseError('app-option-conflict', `${written} ${why}`, { remedy });
};

/** Refuses options with which the app would speak TLS itself: the gate does, and speaks HTTP to the app. */
export const refuseOwnTls = (args: readonly string[], names: readonly string[]): void => {
  for (const name of names) {
    if (hasOption(args, [name])) {
      refuseOption(
        name,
        'makes the app speak HTTPS itself',
        'Leave it out: the gate speaks HTTPS to people.',
      );
    }
  }
};

/**
 * A port as the user wrote it.
 * @throws {GatehouseError} `app-option-conflict` when it is none, or 0, which nobody could know beforehand.
 */
export const readPort = (written: string, text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  return refuseOption(
    `${written} "${text}"`,
    'is not a port from 1 to 65535',
    'Leave it out: Gatehouse chooses a free one.',
  );
};

/** Host and port of `HOST:PORT`, `:PORT`, `[V6]:PORT` or `HOST`; either may be missing. */
export const splitAddress = (text: string): { host: string | undefined; port: string | undefined } => {
  const match = text.match(/^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/);
  return { host: match?.[1] || undefined, port: match?.[2] || undefined };
};

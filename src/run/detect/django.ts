import type { Call } from './call.ts';
import { djangoSettings, OVERLAY } from './django-settings.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { demandLoopback, optionValue, readPort, splitAddress } from './options.ts';
import { readSource } from './python-source.ts';

const VALUE_OPTIONS = new Set(['--settings', '--pythonpath', '-v', '--verbosity']);

/** The `[ADDRESS:]PORT` of `runserver`, which is its only positional argument. */
const addressArgument = (args: readonly string[]): string | undefined => {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (VALUE_OPTIONS.has(word)) i += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
};

/** Puts the overlay into the place of a `--settings` that the user wrote; the overlay imports what was there. */
const replaceSettings = (words: readonly string[], name: string): string[] =>
  words.map((word, i) => {
    if (words[i - 1] === '--settings' && word === name) return OVERLAY;
    return word === `--settings=${name}` ? `--settings=${OVERLAY}` : word;
  });

/** `manage.py runserver`, with the few settings that Django needs behind any proxy laid over the project's own. */
export const recogniseDjango = (call: Call, context: LaunchContext): Recognised | undefined => {
  const manage = call.script?.endsWith('manage.py') === true;
  const admin = call.program === 'django-admin' || call.program === 'django';
  const at = call.args.indexOf('runserver');
  if ((!manage && !admin) || at === -1) return undefined;
  const args = call.args.slice(at + 1);

  const written = addressArgument(args);
  let usedPort = context.port;
  if (written !== undefined) {
    // `8000` alone is a port; `0:8000` is Django's short form of all addresses.
    const { host, port } = /^\d+$/.test(written) ? { host: undefined, port: written } : splitAddress(written);
    if (host !== undefined) demandLoopback(`runserver ${written}`, host);
    if (port !== undefined) usedPort = readPort('runserver', port);
  }
  const flag = optionValue(args, ['--settings']);
  const settings = djangoSettings({
    context,
    named: flag,
    source: call.script === undefined ? '' : readSource(context.cwd, call.script),
  });
  const words =
    flag === undefined || settings.env === undefined ? call.words : replaceSettings(call.words, flag);
  return {
    preset: 'django',
    port: usedPort,
    command: written === undefined ? [...words, `127.0.0.1:${usedPort}`] : words,
    env: settings.env ?? {},
    modules: settings.modules ?? {},
    why: ['Recognised Django by `manage.py runserver`.', ...settings.why],
  };
};

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** What the examples need, each framework in its own file, and what the tests need beside them. */
export const REQUIREMENTS = [
  ...['streamlit', 'dash', 'flask', 'django', 'fastapi', 'jupyter'].map((app) =>
    join(ROOT, 'examples', app, 'requirements.txt'),
  ),
  join(ROOT, 'test/apps/requirements.txt'),
];

const digest = createHash('sha256')
  .update(REQUIREMENTS.map((file) => readFileSync(file, 'utf8')).join('\n'))
  .digest('hex');

/** The one virtual environment of all examples; other requirements make another one. */
export const VENV = join(ROOT, '.cache/venv', digest.slice(0, 16));
export const VENV_BIN = join(VENV, 'bin');
/** Written last, so that an installation that was cut short is not taken for a whole one. */
export const VENV_COMPLETE = join(VENV, '.complete');

export const examplePath = (...parts: string[]): string => join(ROOT, 'examples', ...parts);

/** Why the tests of the real apps cannot run here, in one line; false when they can. */
export const skipWithoutApps = (): string | false =>
  existsSync(VENV_COMPLETE) ? false : 'the real apps are not installed: run `node test/apps/install.ts`';

/** The environment in which `streamlit`, `flask`, `python` and the rest are those of the virtual environment. */
export const appsEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [VENV_BIN, process.env['PATH']].join(delimiter),
  VIRTUAL_ENV: VENV,
  PYTHONDONTWRITEBYTECODE: '1',
});

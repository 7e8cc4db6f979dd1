import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A virtual environment of its own: what the guarded apps need is no business of a provider. */
export const AUTHLIB_VENV = resolve(import.meta.dirname, '../../../.cache/providers-venv');
export const AUTHLIB_PYTHON = join(AUTHLIB_VENV, 'bin/python');
/** Written last, so that an installation that was cut short is not taken for a whole one. */
export const AUTHLIB_COMPLETE = join(AUTHLIB_VENV, '.complete');

/** Why the tests with Authlib cannot run here, in one line; false when they can. */
export const noAuthlib: string | false = existsSync(AUTHLIB_COMPLETE)
  ? false
  : 'Authlib is not installed: run `node test/providers/authlib/install.ts`';

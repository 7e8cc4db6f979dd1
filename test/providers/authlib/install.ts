/** Installs Authlib from PyPI for the tests, once: `node test/providers/authlib/install.ts`. Takes less than a minute. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTHLIB_COMPLETE, AUTHLIB_PYTHON, AUTHLIB_VENV } from './environment.ts';

if (!existsSync(AUTHLIB_COMPLETE)) {
  rmSync(AUTHLIB_VENV, { recursive: true, force: true });
  execFileSync(process.env['PYTHON'] ?? 'python3', ['-m', 'venv', AUTHLIB_VENV], { stdio: 'inherit' });
  const requirements = join(import.meta.dirname, 'requirements.txt');
  execFileSync(
    AUTHLIB_PYTHON,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    { stdio: 'inherit' },
  );
  writeFileSync(AUTHLIB_COMPLETE, `${new Date().toISOString()}\n`);
}

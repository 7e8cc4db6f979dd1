/**
 * Installs the frameworks of the examples from PyPI, once: `node test/apps/install.ts`. Takes minutes the first time
 * and no time afterwards; exits 1 with one line where there is no Python or no network.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REQUIREMENTS, VENV, VENV_BIN, VENV_COMPLETE } from './venv.ts';

const run = (program: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined || status !== 0) {
    console.error(
      `the real apps could not be installed: ${program} ${error?.message ?? `ended with ${status}`}`,
    );
    process.exit(1);
  }
};

if (existsSync(VENV_COMPLETE)) {
  console.log(`the real apps are installed in ${VENV}`);
} else {
  rmSync(VENV, { recursive: true, force: true });
  mkdirSync(dirname(VENV), { recursive: true });
  run(process.env['PYTHON'] ?? 'python3', ['-m', 'venv', VENV]);
  run(join(VENV_BIN, 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    ...REQUIREMENTS.flatMap((file) => ['-r', file]),
  ]);
  writeFileSync(VENV_COMPLETE, `${new Date().toISOString()}\n`);
  console.log(`installed the real apps in ${VENV}`);
}

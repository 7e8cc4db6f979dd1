/**
 * Installs the frameworks of the examples from PyPI, once: `node test/apps/install.ts`. Takes minutes the first time
 * and no time afterwards; exits 1 with one line where there is no Python or no network.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Waits for another installation of the same environment, then takes its place; gives way back at our end. */
const takeTurn = async (): Promise<void> => {
  const lock = `${VENV}.lock`;
  mkdirSync(dirname(VENV), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.once('exit', () => rmSync(lock, { force: true }));
      return;
    } catch {
      const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
      if (owner > 0 && !existsSync(`/proc/${owner}`) && existsSync('/proc')) rmSync(lock, { force: true });
      await sleep(500);
    }
  }
};

await takeTurn();
if (existsSync(VENV_COMPLETE)) {
  console.log(`the real apps are installed in ${VENV}`);
} else {
  rmSync(VENV, { recursive: true, force: true });
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

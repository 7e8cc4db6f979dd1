import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './run-as.ts';

/** A folder of Python modules that lives as long as the app runs. */
export interface PythonModules {
  /** Undefined when there are none. */
  folder: string | undefined;
  remove(): void;
}

/** Writes modules into a folder that only the account of the app can read. */
export const writePythonModules = (
  modules: Readonly<Record<string, string>>,
  account: Account | undefined,
): PythonModules => {
  if (Object.keys(modules).length === 0) return { folder: undefined, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const give = (path: string, mode: number) => {
    chmodSync(path, mode);
    if (account !== undefined && process.getuid?.() === 0) chownSync(path, account.uid, account.gid);
  };
  for (const [name, text] of Object.entries(modules)) {
    const path = join(folder, `${name}.py`);
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    give(path, 0o600);
  }
  give(folder, 0o700);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

import { lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Files looked at; a data directory has far fewer, unless the log is old. */
const MOST = 20_000;

interface Look {
  open: string[];
  foreign: string[];
  seen: number;
}

const walk = (root: string, folder: string, owner: number, look: Look): void => {
  for (const name of readdirSync(folder)) {
    if (++look.seen > MOST) return;
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) continue;
    if (stats.uid !== owner) look.foreign.push(relative(root, path));
    // A folder closed to others closes what is in it: only what says 0600 of itself is a secret wherever it lies.
    if (/key|private/i.test(name) && stats.isFile() && (stats.mode & 0o077) !== 0) {
      look.open.push(relative(root, path));
    }
    if (stats.isDirectory()) walk(root, path, owner, look);
  }
};

const some = (paths: readonly string[]): string =>
  paths.slice(0, 3).join(', ') + (paths.length > 3 ? ` and ${paths.length - 3} more` : '');

/** Whether others on this machine can read the data directory or its keys. */
export const checkFiles = (directory: string): Finding[] => {
  const check = 'files';
  let stats: ReturnType<typeof lstatSync>;
  try {
    stats = lstatSync(directory);
  } catch {
    return [ok(check, `${directory} is not there yet: the first start makes it, for its owner alone.`)];
  }
  if (!stats.isDirectory()) {
    return [fail(check, `${directory} is no folder.`, 'Name another one with --data.')];
  }
  const findings: Finding[] = [];
  if ((stats.mode & 0o077) !== 0) {
    findings.push(
      fail(
        check,
        `Others on this machine may enter ${directory} (mode ${(stats.mode & 0o777).toString(8)}).`,
        `chmod 700 ${directory}`,
      ),
    );
  }
  const look: Look = { open: [], foreign: [], seen: 0 };
  try {
    walk(directory, directory, stats.uid, look);
  } catch (error) {
    const { message } = error as Error;
    return [
      ...findings,
      fail(
        check,
        `${directory} cannot be read: ${message}.`,
        'Run doctor as the account that runs the gate.',
      ),
    ];
  }
  if (look.open.length > 0) {
    const paths = look.open.map((path) => join(directory, path));
    findings.push(
      fail(check, `Others may read ${some(look.open)}.`, `chmod 600 ${paths.slice(0, 5).join(' ')}`),
    );
  }
  if (look.foreign.length > 0) {
    findings.push(
      warn(
        check,
        `${some(look.foreign)} in ${directory} belong to another account.`,
        'Run the gate as one account always, and give it its files: chown -R.',
      ),
    );
  }
  return findings.length > 0 ? findings : [ok(check, `${directory} and its keys are for their owner alone.`)];
};

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, formatDuration } from '../../core/index.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const CHECK = 'clock';
/** Milliseconds by which a file may seem to come from the future: file systems round. */
const TOLERANCE = 60_000;

/** When the newest of our files was written, in milliseconds since the epoch; 0 when there is none. */
const newest = (folder: string): number => {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((latest, name) => {
    try {
      return Math.max(latest, statSync(join(folder, name)).mtimeMs);
    } catch {
      return latest;
    }
  }, 0);
};

/** What systemd knows about the synchronisation of the clock; undefined where it is not asked or not there. */
const synchronised = (): boolean | undefined => {
  try {
    const text = execFileSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 3_000,
    }).trim();
    return text === 'yes' ? true : text === 'no' ? false : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Sessions, certificates, one-time codes and the log all stand on the clock. Nobody outside is asked for the time: only
 * what lies here is compared.
 */
export const checkClock = (directory: string, clock: Clock, isSynchronised = synchronised): Finding => {
  const latest = Math.max(
    newest(directory),
    newest(join(directory, 'log', 'journal')),
    // The sources of this very program: a clock before them is wrong for sure.
    statSync(import.meta.filename).mtimeMs,
  );
  const ahead = latest - clock.now();
  if (ahead > TOLERANCE) {
    return fail(
      CHECK,
      `The clock says ${new Date(clock.now()).toISOString()}, yet files here are ${formatDuration(ahead)} younger.`,
      'Set the clock and keep it set: timedatectl set-ntp true',
    );
  }
  const known = isSynchronised();
  if (known === false) {
    return warn(
      CHECK,
      'Nothing keeps the clock of this machine right.',
      'Turn it on: timedatectl set-ntp true',
    );
  }
  return ok(
    CHECK,
    known === true
      ? 'It is kept right by a time service.'
      : 'It agrees with the files here. Whether a time service keeps it right cannot be seen.',
  );
};

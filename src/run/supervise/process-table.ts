import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { RUN_MARK } from './child-environment.ts';

interface Process {
  pid: number;
  parent: number;
  group: number;
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const fromProc = (): Process[] => {
  const found: Process[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // The command in parentheses may hold spaces and parentheses itself (proc_pid_stat(5)).
    const stat = readText(`/proc/${name}/stat`);
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || group === undefined || state === 'Z' || state === 'X') continue;
    found.push({ pid: Number(name), parent: Number(parent), group: Number(group) });
  }
  return found;
};

const fromPs = (): Process[] =>
  execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8', timeout: 5_000 })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 4 && !fields[3]?.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }));

const marked = (pid: number, mark: string): boolean =>
  readText(`/proc/${pid}/environ`).split('\0').includes(`${RUN_MARK}=${mark}`);

const table = (): Process[] => (process.platform === 'linux' ? fromProc() : fromPs());

/** The living children of a process. */
export const childrenOf = (parent: number): number[] =>
  table()
    .filter((one) => one.parent === parent)
    .map(({ pid }) => pid);

/**
 * The living processes of an app: those below `leader`, those of its group, and (on Linux) those that carry `mark` in
 * their environment, which finds the ones that went into a session of their own, as the kernels of Jupyter do.
 * Reads the process table at once: call it seldom.
 */
export const processesOf = (leader: number, mark: string): number[] => {
  const all = table();
  const members = new Set<number>([leader]);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent, group } of all) {
      if (members.has(parent) || group === leader) members.add(pid);
    }
  }
  if (process.platform === 'linux') {
    for (const { pid } of all) if (!members.has(pid) && marked(pid, mark)) members.add(pid);
  }
  members.delete(process.pid);
  const alive = new Set(all.map(({ pid }) => pid));
  return [...members].filter((pid) => alive.has(pid));
};

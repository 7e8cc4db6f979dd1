import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all below it have used so far. */
export interface Usage {
  /** Microseconds of CPU time, user and system. */
  cpu: number;
  /** Bytes in memory. Pages that several processes share count once for each. */
  resident: number;
}

// Linux reports in ticks of a hundredth of a second, whatever the kernel's own clock (man 5 proc).
const TICK = 10_000;

interface Stat {
  parent: number;
  cpu: number;
}

const statOf = (pid: string): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything; fields are counted from its end.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) * TICK };
  } catch {
    return undefined;
  }
};

const residentOf = (pid: number): number => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
};

/** Usage of the tree of processes below `root`. Linux only. */
export const usageOf = (root: number): Usage => {
  const stats = new Map<number, Stat>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (stat) stats.set(Number(entry), stat);
  }
  const tree = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of stats) {
      if (!tree.has(pid) && tree.has(parent)) grown = Boolean(tree.add(pid));
    }
  }
  let [cpu, resident] = [0, 0];
  for (const pid of tree) {
    cpu += stats.get(pid)?.cpu ?? 0;
    resident += residentOf(pid);
  }
  return { cpu, resident };
};

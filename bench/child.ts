import { type ChildProcess, spawn } from 'node:child_process';

/** A benchmark that cannot go on: the message says why. */
export class BenchFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BenchFault';
  }
}

export interface Running {
  pid: number;
  /** What followed the word `ready` on its output. */
  ready: string;
  /** Ends this process, and no other; waits until it is gone. */
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
// Whatever ends the benchmark ends what it has started; nginx needs a signal that it can hand on to its workers.
process.once('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const stopChild = (child: ChildProcess, ended: Promise<void>): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  return ended.finally(() => clearTimeout(timer));
};

/** Starts a program and waits for a line that begins with `ready`. */
export const startChild = async (
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Running> => {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      children.delete(child);
      resolve();
    });
  });
  const ready = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new BenchFault(`${file} ${args.join(' ')}: ${why}\n${output}`));
    const timer = setTimeout(() => fail('not ready within a minute'), 60_000);
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-10_000);
      const line = /^ready ?(.*)$/m.exec(output);
      if (!line) return;
      clearTimeout(timer);
      resolve(line[1] ?? '');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`ended with ${code}`));
  });
  return { pid: child.pid ?? 0, ready, stop: () => stopChild(child, ended) };
};

/** Runs a program to its end and returns its output. */
export const runChild = (file: string, args: readonly string[], patience: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: patience });
    children.add(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      if (code === 0) resolve(output);
      else reject(new BenchFault(`${file} ended with ${code}: ${output.slice(-2_000)}`));
    });
  });

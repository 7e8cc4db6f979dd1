import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { GatehouseError } from '../../core/index.ts';
import { OutputLines } from './output-lines.ts';
import type { Account } from './run-as.ts';

/** A line of the app's output, without its end. Colours are kept, other control characters are gone. */
export interface OutputLine {
  stream: 'stdout' | 'stderr';
  text: string;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export const GOOD_END = 'exit code 0';

export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;

export interface RunningProcess {
  pid: number;
  /** Resolves once, when the process has ended; what it has written by then has been given to `onLine`. */
  exited: Promise<Exit>;
}

const notFound = (program: string, cwd: string, cause: NodeJS.ErrnoException): GatehouseError => {
  const missing = cause.code === 'ENOENT';
  return new GatehouseError(
    'app-command-not-found',
    missing ? `there is no program "${program}"` : `"${program}" cannot be run: ${cause.code}`,
    {
      remedy: missing
        ? 'Check its spelling, activate the virtual environment that it is in, or write its full path.'
        : `Check that it may be executed and that the folder ${cwd} may be entered by the account that runs the app.`,
      cause,
    },
  );
};

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/**
 * Starts a command in a session and group of its own, so that a Ctrl-C in the terminal reaches the supervisor alone.
 * Its standard input is empty.
 * @throws {GatehouseError} `app-command-not-found` when the program is not there or cannot be run.
 */
export const startProcess = async (input: {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  account: Account | undefined;
  onLine: (line: OutputLine) => void;
}): Promise<RunningProcess> => {
  const [program = '', ...args] = input.command;
  if (!isFolder(input.cwd)) {
    throw new GatehouseError('app-command-not-found', `there is no folder ${input.cwd} to run it in`, {
      remedy: 'Start Gatehouse in the folder of the app.',
    });
  }
  const child = spawn(program, args, {
    cwd: input.cwd,
    env: input.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(input.account === undefined ? {} : { uid: input.account.uid, gid: input.account.gid }),
  });
  const lines = (['stdout', 'stderr'] as const).map((stream) => {
    const splitter = new OutputLines((text) => input.onLine({ stream, text }));
    child[stream].on('data', (chunk: Uint8Array) => splitter.write(chunk));
    return splitter;
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      // `close` waits for whoever else holds the pipes, which a stray process may do for ever.
      const timer = setTimeout(() => finish(), 500);
      const finish = () => {
        clearTimeout(timer);
        for (const splitter of lines) splitter.end();
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, signal });
      };
      child.once('close', finish);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) => reject(notFound(program, input.cwd, cause)));
  });
  return { pid: child.pid ?? 0, exited };
};

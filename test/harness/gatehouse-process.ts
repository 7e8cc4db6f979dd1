import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin', 'gatehouse.js');

/** How long the program may take to stop, in milliseconds: more than the patience that it has itself. */
const LONGEST_STOP = 90_000;

export const PASSWORD = 'plover-anvil-73-quiet-lantern';

export interface GatehouseProcess {
  directory: string;
  appUrl: string;
  portalUrl: string;
  /** PEM file of the local authority. */
  authorityFile: string;
  process: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  /** Runs another command on the same data directory; rejects when it fails. */
  command(args: readonly string[], input?: string): Promise<string>;
  /** Stops it by its process id and waits; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Runs the real program to its end. Rejects with its output when the exit code is not 0. */
export const runCommand = (args: readonly string[], input = '', cwd = ROOT): Promise<string> =>
  new Promise((done, fail) => {
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        error
          ? fail(Object.assign(new Error(`${stdout}${stderr}`), { code: error.code, stdout, stderr }))
          : done(stdout),
    );
    child.stdin?.end(input);
  });

export interface ProcessOptions {
  /** `serve` with an upstream, or `run` with a command. */
  mode: { serve: string } | { run: readonly string[] };
  /** `localhost` names, or sibling names of one site. */
  names?: 'localhost' | 'siblings';
  people?: readonly { name: string; roles: string }[];
  config?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** How long to wait for the ready line, in milliseconds. */
  patience?: number;
  directory?: string;
}

/** Starts the real program on a free port with a data directory of its own and waits for its ready line. */
export const startGatehouse = async (options: ProcessOptions): Promise<GatehouseProcess> => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'gatehouse-e2e-'));
  const data = join(directory, 'data');
  const port = await freePort();
  const domain = options.names === 'siblings' ? 'example.test' : 'localhost';
  const portalUrl = `https://gate.${domain}:${port}`;
  const common = ['--listen', `127.0.0.1:${port}`, '--portal', portalUrl, '--data', data];
  if (options.config) common.push('--config', options.config);
  for (const { name, roles } of options.people ?? []) {
    await runCommand(
      ['people', 'add', name, '--role', roles, '--password-stdin', '--data', data],
      `${PASSWORD}\n`,
    );
  }
  const args =
    'serve' in options.mode
      ? ['serve', '--upstream', options.mode.serve, ...common]
      : ['run', ...common, '--', ...options.mode.run];
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const ready = new Promise<string>((done, fail) => {
    const timer = setTimeout(
      () => fail(new Error(`not ready in time:\n${output}`)),
      options.patience ?? 60_000,
    );
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const line = /ready {2}app (\S+)/.exec(output);
      if (line?.[1]) {
        clearTimeout(timer);
        done(line[1]);
      }
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`ended with ${code}:\n${output}`));
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, LONGEST_STOP);
    const code = await ended;
    clearTimeout(timer);
    if (late) throw new Error(`did not stop within ${LONGEST_STOP} ms of ${signal}:\n${output}`);
    return code;
  };
  let appUrl: string;
  try {
    appUrl = await ready;
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return {
    directory,
    appUrl,
    portalUrl,
    authorityFile: join(data, 'tls', 'authority.pem'),
    process: child,
    output: () => output,
    command: (words, input) => runCommand([...words, '--data', data], input),
    stop,
    close: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

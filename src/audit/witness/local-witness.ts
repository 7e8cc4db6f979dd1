import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { GatehouseError, parseJson } from '../../core/index.ts';
import type { WitnessTarget } from './witness-client.ts';

export interface LocalWitnessOptions {
  /** Where the witness remembers; not inside the data directory, or who rewrites one rewrites both. */
  directory: string;
  /** The public key (vkey) of the log to witness. */
  log: string;
  /** Notes by which the log took that key. */
  rotations?: readonly string[];
}

/** A witness in a process of its own on this machine. */
export interface LocalWitness extends WitnessTarget {
  /** One line for people: what this witness does and does not protect against. */
  says: string;
  /** Resolves when its process has ended, by itself or by force after 3 s. */
  close(): Promise<void>;
  /** Id of its process. */
  pid: number | undefined;
}

const START_TIMEOUT = 15_000;
/** What a witness has answered is on disk before it says so: one that does not end in time is ended. */
const STOP_TIMEOUT = 3_000;

const readyLine = z.union([z.object({ url: z.url(), key: z.string() }), z.object({ error: z.string() })]);

/** Where the witness beside a gate remembers, for a data directory. */
export const localWitnessDirectory = (dataDirectory: string): string => `${resolve(dataDirectory)}-witness`;

const failed = (why: string): GatehouseError =>
  new GatehouseError('witness-unavailable', `the witness beside the gate did not start: ${why}`, {
    remedy: 'Look at the directory of the witness, and that no other process uses it.',
  });

/**
 * Starts a witness beside the gate, as a child process under another directory, which ends with this process.
 * @throws {GatehouseError} `witness-unavailable` when it does not start within 15 s.
 */
export const startLocalWitness = async ({
  directory,
  log,
  rotations = [],
}: LocalWitnessOptions): Promise<LocalWitness> => {
  const script = fileURLToPath(
    new URL(`./local-witness-process${extname(import.meta.url)}`, import.meta.url),
  );
  const child = spawn(process.execPath, [script, directory, log, ...rotations], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // It holds a key: it is given nothing of the gate's environment but what Node needs.
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const ended = once(child, 'exit');
  // A child that is gone has closed its end of the pipe.
  child.stdin.on('error', () => undefined);
  const stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
    await ended.finally(() => clearTimeout(timer));
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT);
  try {
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
    if (!line) throw failed('its process ended');
    const ready = readyLine.parse(parseJson(String(line[0])));
    if ('error' in ready) throw failed(ready.error);
    return {
      ...ready,
      says:
        `A witness in ${directory} remembers this log: it shows a rewrite by whoever can change the log but not the ` +
        `witness, and none by whoever controls this user or machine. For that, run "gatehouse witness" elsewhere.`,
      close: stop,
      pid: child.pid,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

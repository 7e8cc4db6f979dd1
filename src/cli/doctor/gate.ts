import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { z } from 'zod';
import type { GatehouseConfig } from '../../config/index.ts';
import { parseJson } from '../../core/index.ts';
import { listenersOf } from '../../run/index.ts';
import { type Finding, fail, ok } from './finding.ts';

const TIMEOUT = 5_000;
const ownerSchema = z.object({ pid: z.int().positive() });

/** The gate that owns a data directory and lives. */
export const runningGate = (directory: string): { pid: number; uid: number } | undefined => {
  try {
    const file = join(directory, 'owner.json');
    const { pid } = ownerSchema.parse(parseJson(readFileSync(file, 'utf8')));
    process.kill(pid, 0);
    return { pid, uid: statSync(file).uid };
  } catch {
    return undefined;
  }
};

/** Undefined when a TLS handshake for the portal's name succeeds, else why not. */
const shakeHands = (host: string, port: number, name: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    // Whether the certificate is trusted is a look of its own: here it only matters that somebody speaks TLS.
    const socket = connect(
      { host, port, servername: name, rejectUnauthorized: false, timeout: TIMEOUT },
      () => {
        socket.destroy();
        resolve(undefined);
      },
    );
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', (error) => resolve(error.message));
  });

const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};

/** Where the gate may speak TLS: the configured address, then wherever else its process listens (`--listen`). */
const addresses = (config: GatehouseConfig, pid: number): { host: string; port: number }[] => {
  const listening = listenersOf([pid]).map(({ address, port }) => ({ host: address, port }));
  const configured = config.listen.filter(
    ({ port }) => listening.length === 0 || listening.some((one) => one.port === port),
  );
  return [...configured, ...listening];
};

/** Whether the gate that runs on this data directory speaks TLS where it listens. */
export const checkGate = async (
  config: GatehouseConfig,
  running: { pid: number } | undefined,
): Promise<Finding> => {
  if (running === undefined) return ok('gate', 'It does not run now.');
  let failure = 'it does not listen';
  for (const { host, port } of addresses(config, running.pid)) {
    const why = await shakeHands(reachable(host), port, new URL(config.portal).hostname);
    if (why === undefined) {
      return ok('gate', `It runs as process ${running.pid} and speaks TLS at ${host}:${port}.`);
    }
    failure = `${host}:${port}: ${why}`;
  }
  return fail(
    'gate',
    `It runs as process ${running.pid}, yet speaks TLS nowhere: ${failure}.`,
    'Look at what it prints, and restart it.',
  );
};

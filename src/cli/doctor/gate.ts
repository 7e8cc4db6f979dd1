import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { z } from 'zod';
import type { GatehouseConfig } from '../../config/index.ts';
import { parseJson } from '../../core/index.ts';
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

/** Whether the gate that runs on this data directory speaks TLS where it should. */
export const checkGate = async (
  config: GatehouseConfig,
  running: { pid: number } | undefined,
): Promise<Finding> => {
  const [address] = config.listen;
  if (running === undefined || address === undefined) return ok('gate', 'It does not run now.');
  const where = `${address.host}:${address.port}`;
  const why = await shakeHands(reachable(address.host), address.port, new URL(config.portal).hostname);
  return why === undefined
    ? ok('gate', `It runs as process ${running.pid} and speaks TLS at ${where}.`)
    : fail(
        'gate',
        `It runs as process ${running.pid}, yet does not speak TLS at ${where}: ${why}.`,
        'It may have been started with another --listen; else restart it.',
      );
};

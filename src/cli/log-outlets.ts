import { createServer } from 'node:http';
import { forwardLog, type LocalWitness, localWitnessDirectory, startLocalWitness } from '../audit/index.ts';
import type { LogConfig } from '../config/index.ts';
import { GatehouseError, isGatehouseError } from '../core/index.ts';
import { forwardTarget } from './log-receiver.ts';
import type { OpenData } from './open-data.ts';
import { readSecret } from './read-secret.ts';

interface Voice {
  say(line: string): void;
  warn(line: string): void;
}

type Undo = (() => Promise<void> | void)[];

/**
 * Starts the witness beside the gate. Without one the gate still opens, since a log that is not witnessed is worth more
 * than no app; a witness that remembers another log stops it.
 */
const openLocalWitness = async (
  { directory, log }: OpenData,
  { say, warn }: Voice,
  opened: Undo,
): Promise<void> => {
  let witness: LocalWitness;
  try {
    witness = await startLocalWitness({
      directory: localWitnessDirectory(directory),
      log: log.publicKey,
      rotations: log.rotations,
    });
  } catch (error) {
    if (!isGatehouseError(error, 'witness-unavailable')) throw error;
    warn(`${error.message}. ${error.remedy ?? ''} The log goes on without a witness. [${error.code}]`);
    return;
  }
  opened.push(() => witness.close());
  await log.addWitness(witness);
  say(witness.says);
};

const REQUEST_TIMEOUT = 10_000;
/** Connections at once; more are refused, so that a flood of them cannot fill the memory. */
const MOST_CONNECTIONS = 32;

/** Serves the counts of the log for Prometheus, without names and without a password: on loopback alone. */
const openMetrics = async (
  { log }: OpenData,
  { host, port }: NonNullable<LogConfig['metrics']>,
): Promise<() => Promise<void>> => {
  const server = createServer((request, response) => {
    const found = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    const body = found ? log.metrics() : 'not found: /metrics\n';
    response.writeHead(found ? 200 : 404, {
      'content-type': found ? 'text/plain; version=0.0.4; charset=utf-8' : 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    });
    response.end(body);
  });
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new GatehouseError(
          cause.code === 'EADDRINUSE' ? 'address-in-use' : 'address-unavailable',
          `metrics cannot be served on ${host}:${port} (${cause.code})`,
          { remedy: 'Choose another port for log.metrics, or stop what uses this one.', cause },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
};

/** Sends the log to a receiver for as long as the gate is open; the log itself is the buffer while one is away. */
const openForward = async (
  { directory }: OpenData,
  { to, ca, headers }: LogConfig['forward'][number],
  { warn }: Voice,
): Promise<() => Promise<void>> => {
  const values = Object.entries(headers).map(([name, place]) => [name, readSecret(place)] as const);
  const target = await forwardTarget(to, ca, Object.fromEntries(values));
  const stop = new AbortController();
  const tell = ({ message, remedy, code }: GatehouseError): void =>
    warn(`${message}. ${remedy ?? ''} The log keeps what is to be sent. [${code}]`);
  const running = forwardLog({ directory, target, signal: stop.signal, warn: tell }).catch(
    (error: unknown) => {
      if (!isGatehouseError(error)) throw error;
      tell(error);
    },
  );
  return async () => {
    stop.abort();
    await running;
  };
};

/**
 * Opens what stands round the log, in this order: receivers, metrics, witnesses. What is pushed to `opened` closes it
 * again, the witnesses after they have cosigned the last checkpoint.
 * @throws {GatehouseError} `log-rolled-back` or `log-damaged` when a witness remembers another log than this one;
 * `address-in-use`, `address-unavailable`, `secret-unreadable`.
 */
export const openLogOutlets = async (
  data: OpenData,
  config: LogConfig,
  voice: Voice,
  opened: Undo,
): Promise<void> => {
  for (const forward of config.forward) opened.push(await openForward(data, forward, voice));
  if (config.metrics) opened.push(await openMetrics(data, config.metrics));
  if (config.localWitness) await openLocalWitness(data, voice, opened);
  for (const witness of config.witnesses) {
    await data.log.addWitness(witness);
    voice.say(`The log is witnessed by ${witness.url}.`);
  }
  opened.push(() => data.log.leaveWitnesses());
};

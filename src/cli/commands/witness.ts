import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { readRotationNotes, runWitness } from '../../audit/index.ts';
import { GatehouseError } from '../../core/index.ts';

interface WitnessOptions {
  listen: string;
  data: string;
  log: string[];
  rotation?: string;
  name?: string;
  json?: boolean;
}

const wrong = (message: string, remedy: string): GatehouseError =>
  new GatehouseError('usage', message, { remedy });

const addressOf = (text: string): { host: string; port: number } => {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw wrong(`"${text}" is no address to listen on`, 'Write host and port, for example 127.0.0.1:7780.');
  }
  return { host, port: Number(port) };
};

/** A key as it is given: the line itself, or a file that holds it. */
const keyOf = (text: string): string => {
  if (/^\S+\+[0-9a-f]{8}\+\S+$/.test(text)) return text;
  try {
    return readFileSync(text, 'utf8').trim();
  } catch (cause) {
    throw new GatehouseError(
      'usage',
      `"${text}" is neither the public key of a log nor a file that holds one`,
      {
        remedy: 'Name keys/log.pub of the data directory of the log, or a copy of it.',
        cause,
      },
    );
  }
};

const listenFailed = (listen: string, cause: unknown): unknown => {
  if (cause instanceof GatehouseError || !(cause instanceof Error)) return cause;
  return new GatehouseError(
    'witness-unavailable',
    `the witness cannot listen on ${listen}: ${cause.message}`,
    {
      remedy: 'Choose another port with --listen, or stop what uses this one.',
      cause,
    },
  );
};

const run = async ({ listen, data, log, rotation, name, json }: WitnessOptions): Promise<void> => {
  const { host, port } = addressOf(listen);
  const directory = resolve(data);
  const witness = await runWitness({
    directory,
    host,
    port,
    logs: log.map(keyOf),
    rotations: rotation === undefined ? [] : await readRotationNotes(rotation),
    ...(name === undefined ? {} : { name }),
  }).catch((error: unknown) => {
    throw listenFailed(listen, error);
  });
  const { url, key } = witness;
  const ready = json
    ? JSON.stringify({ url, key, logs: witness.origins })
    : [
        `Witness at ${url}, remembering in ${directory}`,
        `Its public key: ${key}`,
        witness.origins.length > 0
          ? `Logs it knows: ${witness.origins.join(', ')}`
          : 'It knows no log yet: start it again with --log and the file keys/log.pub of a data directory.',
      ].join('\n');
  process.stdout.write(`${ready}\n`);
  await new Promise<void>((stop) => {
    process.once('SIGINT', () => stop());
    process.once('SIGTERM', () => stop());
  });
  await witness.close();
};

/** `gatehouse witness`: remembers the checkpoints of logs, best as another user or on another machine. */
export const witnessCommand = (): Command =>
  new Command('witness')
    .description('remember the checkpoints of security logs, so that nobody can rewrite them unseen')
    .requiredOption('--listen <host:port>', 'address to answer on')
    .requiredOption('--data <directory>', 'directory of the witness; not the one of a gate')
    .option(
      '--log <key>',
      'public key of a log to remember (the key or its file); can be said again',
      collect,
      [],
    )
    .option('--rotation <file>', 'keys/log.rotations of a log that took a new key since')
    .option(
      '--name <name>',
      'name of this witness, such as witness.example.com/w1; kept from the first start',
    )
    .option('--json', 'print JSON')
    .action(run);

const collect = (value: string, before: string[]): string[] => [...before, value];

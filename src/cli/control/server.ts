import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import { GatehouseError, isGatehouseError, parseJson } from '../../core/index.ts';
import type { OpenData } from '../open-data.ts';
import { isOperation, runOperation } from './operations.ts';
import { controlPath } from './path.ts';

// An import brings whole files; whoever can open the socket could read and write the data anyway.
const MAX_REQUEST = 32 * 1_048_576;
const IDLE = 10_000;

const requestSchema = z.strictObject({ operation: z.string().max(64), input: z.unknown() });

/** One line of JSON in, one line of JSON out. */
const answer = async (data: OpenData, line: string): Promise<string> => {
  try {
    const request = requestSchema.parse(parseJson(line, { maxLength: MAX_REQUEST }));
    if (!isOperation(request.operation)) {
      throw new GatehouseError('usage', `the running gate knows no operation "${request.operation}"`, {
        remedy: 'Use the same version of Gatehouse for both.',
      });
    }
    return JSON.stringify({ result: (await runOperation(data, request.operation, request.input)) ?? null });
  } catch (error) {
    if (!isGatehouseError(error))
      return JSON.stringify({ error: { code: 'internal', message: String(error) } });
    const { code, message, remedy } = error;
    return JSON.stringify({ error: { code, message, remedy } });
  }
};

const serve = (data: OpenData, socket: Socket): void => {
  let text = '';
  let seen = 0;
  socket.setEncoding('utf8');
  socket.setTimeout(IDLE, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > MAX_REQUEST) socket.destroy();
    const end = text.indexOf('\n', seen);
    seen = text.length;
    if (end === -1) return;
    socket.removeAllListeners('data');
    // The client decides how long it waits for the work.
    socket.setTimeout(0);
    answer(data, text.slice(0, end)).then((reply) => socket.end(`${reply}\n`));
  });
};

/**
 * Lets commands of the same user work on the data while the gate owns it: a socket in the data directory that nobody
 * else may open. Whoever can open it could read the data anyway.
 */
export const openControl = async (data: OpenData): Promise<{ close(): Promise<void> }> => {
  const path = controlPath(data.directory);
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const server = createServer((socket) => serve(data, socket));
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
};

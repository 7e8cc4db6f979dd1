import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../core/index.ts';
import { formatVerifierKey } from '../tree/note.ts';
import { ADD_CHECKPOINT, LONGEST_REQUEST, SIZE_TYPE } from './protocol.ts';
import type { Witness } from './witness.ts';

/** Where a witness answers. */
export interface WitnessServer {
  /** Such as `http://127.0.0.1:7780`. */
  url: string;
  close(): Promise<void>;
}

/** Longest that one request may take, in milliseconds: a slow sender holds nothing but its own connection. */
const REQUEST_TIMEOUT = 10_000;
/** Connections at once; more are refused, so that a flood of them cannot fill the memory. */
const MOST_CONNECTIONS = 256;

/** Path, under a witness's prefix, of the newest checkpoint of a log. */
export const checkpointPath = (origin: string): string =>
  `/logs/${sha256(origin).toString('hex').slice(0, 32)}/checkpoint`;

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST_REQUEST) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const answer = (
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void => {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
};

const add = async (witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return answer(response, 413, 'the request is too long\n');
  }
  const result = await witness.add(body);
  if (result.status === 200) return answer(response, 200, result.lines);
  if (result.status === 409) return answer(response, 409, `${result.size}\n`, SIZE_TYPE);
  return answer(response, result.status, `${result.why}\n`);
};

const handle = async (
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const path = request.url ?? '';
  if (path === ADD_CHECKPOINT) {
    if (request.method === 'POST') return add(witness, request, response);
    response.setHeader('allow', 'POST');
    return answer(response, 405, 'only POST\n');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET\n');
  if (path === '/key') return answer(response, 200, `${formatVerifierKey(witness.key)}\n`);
  const origin = witness.origins.find((known) => checkpointPath(known) === path);
  const note = origin === undefined ? undefined : witness.latest(origin);
  return note === undefined ? answer(response, 404, 'not found\n') : answer(response, 200, note);
};

/**
 * Serves a witness over HTTP: `POST /add-checkpoint` as tlog-witness defines it, `GET /key`, and
 * `GET /logs/<first 32 hex digits of SHA-256(origin)>/checkpoint` for what it remembers.
 * @throws the system's error when the address cannot be listened on.
 */
export const serveWitness = async (witness: Witness, host: string, port: number): Promise<WitnessServer> => {
  const server = createServer((request, response) => {
    handle(witness, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'the witness failed\n');
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

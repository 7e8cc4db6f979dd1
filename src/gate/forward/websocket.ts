import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import type { Facts } from '../facts.ts';
import type { FrameFilter } from '../guard.ts';
import type { LiveEntry } from '../live.ts';
import { failureOf } from './failure.ts';
import type { ForwardPorts } from './forward.ts';
import { relayFrames } from './frames.ts';
import { responseHead } from './response-headers.ts';
import { upstreamOrigin } from './upstreams.ts';

/** A WebSocket handshake as the server hands it over, and what the client sent behind it. */
export interface Handshake {
  socket: Duplex;
  early: Buffer;
  incoming: IncomingMessage;
}

// RFC 6455 section 4.1: what the handshake itself needs, which hop-by-hop rules took out.
const handshakeHeaders = (headers: readonly string[], withoutExtensions: boolean): string[] => {
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (withoutExtensions && headers[i]?.toLowerCase() === 'sec-websocket-extensions') continue;
    out.push(headers[i] ?? '', headers[i + 1] ?? '');
  }
  out.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
  return out;
};

const openRequest = (facts: Facts, headers: string[], timeout: number): ClientRequest => {
  const upstream = new URL(upstreamOrigin(facts.app.upstream));
  const options = {
    host: upstream.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.port === '' ? (upstream.protocol === 'https:' ? 443 : 80) : Number(upstream.port),
    method: 'GET',
    path: facts.target,
    headers,
    setHost: false,
    agent: false as const,
    timeout,
    ...(facts.app.upstream?.kind === 'unix' && { socketPath: facts.app.upstream.path }),
    ...(facts.app.upstreamCa !== undefined && { ca: facts.app.upstreamCa }),
  };
  return upstream.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
};

const join = (a: Duplex, b: Duplex): void => {
  a.pipe(b);
  b.pipe(a);
  const end = () => {
    a.destroy();
    b.destroy();
  };
  for (const side of [a, b]) side.on('error', end).on('close', end);
};

const switchingHead = (response: IncomingMessage, facts: Facts, ports: ForwardPorts): string => {
  const head = responseHead(101, response.rawHeaders);
  for (const guard of ports.responseGuards) guard.edit(head, facts);
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  const flat = head.flat();
  for (let i = 0; i < flat.length; i += 2) lines.push(`${flat[i]}: ${flat[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/**
 * Hands a WebSocket over to the app. The tunnel is tied to the session: {@link Live} ends it. A refusal by the app
 * reaches the visitor with its body. `touch` is called when the visitor sends something.
 */
export const forwardWebSocket = (
  exchange: Exchange,
  facts: Facts,
  handshake: Handshake,
  headers: readonly string[],
  ports: ForwardPorts,
  touch: () => void,
): void => {
  const filters: FrameFilter[] = ports.transforms.frames.flatMap(
    (guard) => guard.filterFrames?.(facts) ?? [],
  );
  const { socket } = handshake;
  const request = openRequest(facts, handshakeHeaders(headers, filters.length > 0), ports.limits.answerTime);
  const entry: LiveEntry = {
    sessionId: facts.session?.id,
    end: () => {
      request.destroy();
      socket.destroy();
    },
  };
  ports.live.add(entry);
  socket.on('close', () => {
    ports.live.remove(entry);
    request.destroy();
  });
  request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
  request.on('error', (error) => {
    const { notice, reason } = failureOf(error);
    if (!exchange.closed && !socket.destroyed) ports.fail(exchange, facts, notice, reason);
  });
  request.on('response', (response) => {
    const head = responseHead(response.statusCode ?? 502, response.rawHeaders);
    if (head.status >= 500) {
      response.resume();
      ports.fail(exchange, facts, 'app-failed', `status-${head.status}`, undefined, head.status);
      return;
    }
    for (const guard of ports.responseGuards) guard.edit(head, facts);
    exchange.writeHead(head.status, [...head.flat(), 'connection', 'close']);
    response.on('data', (chunk: Buffer) => exchange.write(chunk));
    response.on('end', () => exchange.end());
  });
  request.on('upgrade', (response, upstream, first) => {
    request.setTimeout(0);
    if (socket.destroyed) {
      upstream.destroy();
      return;
    }
    upstream.setTimeout(0);
    upstream.setKeepAlive(true, 30_000);
    socket.write(switchingHead(response, facts, ports));
    socket.on('data', touch);
    if (filters.length > 0) {
      relayFrames({ visitor: socket, early: handshake.early, app: upstream, first, filters });
      return;
    }
    if (first.length > 0) socket.write(first);
    if (handshake.early.length > 0) upstream.write(handshake.early);
    join(socket, upstream);
  });
  request.end();
};

import { createServer as createHttp1, type IncomingMessage, ServerResponse } from 'node:http';
import {
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTls, type TLSSocket, type TlsOptions } from 'node:tls';
import { GatehouseError, networkOf } from '../../core/index.ts';
import { canonicalAddress } from '../canonical/address.ts';
import { Exchange } from '../exchange.ts';
import type { Handshake } from '../forward/websocket.ts';
import type { GateLimits } from '../settings.ts';
import { answerMalformed } from './malformed.ts';

export interface ListenerOptions {
  host: string;
  port: number;
  /** Certificates and TLS policy. */
  tls: TlsOptions;
  limits: GateLimits;
  handle(exchange: Exchange, handshake?: Handshake): void;
  /** A request that the parser refused; `reason` is a stable word. */
  onMalformed(address: string, reason: string): void;
}

export interface Listener {
  host: string;
  port: number;
  /** Takes no new connections, lets requests finish for `grace` milliseconds, then closes all. */
  close(grace: number): Promise<void>;
}

/** At most one stream in this many may be reset by the client before the connection goes (CVE-2023-44487). */
const RESET_BURST = 100;
const RESET_RATE = 20;
/** How long a client may take to read that its HTTP/2 connection ends, in milliseconds. */
const GOODBYE_TIME = 1_000;

/**
 * Listens with TLS and speaks HTTP/2 or HTTP/1.1 by ALPN, WebSocket over HTTP/1.1. One TLS server hands each connection to
 * one of two HTTP servers that never listen themselves. Limits hold for both protocols.
 * @throws {GatehouseError} `address-in-use` or `address-unavailable`.
 */
export const listen = async (options: ListenerOptions): Promise<Listener> => {
  const { limits } = options;
  const connections = new Set<Socket>();
  const perAddress = new Map<string, number>();

  const http1 = createHttp1({
    maxHeaderSize: limits.headers,
    headersTimeout: limits.headTime,
    // A large upload may take hours; its silence is bounded by `clientIdle` instead.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: 1_000,
    insecureHTTPParser: false,
    // A request that says it has no body gets no stream for one.
    optimizeEmptyRequests: true,
    requireHostHeader: false,
    shouldUpgradeCallback: (request: IncomingMessage) =>
      request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket',
  });
  // One more than allowed, so that a request over the limit is refused with a status and not cut off in silence.
  http1.maxHeadersCount = limits.headerCount + 50;
  http1.on('request', (req, res) => options.handle(new Exchange(req, res, limits.clientIdle)));
  http1.on('checkContinue', (req, res) => options.handle(new Exchange(req, res, limits.clientIdle, true)));
  // RFC 9110 section 10.1.1: an expectation that is not known is refused.
  http1.on('checkExpectation', (_req, res) => res.writeHead(417, { 'content-length': '0' }).end());
  http1.on('upgrade', (req: IncomingMessage, socket: Duplex, early: Buffer) => {
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket as Socket);
    res.on('finish', () => {
      res.detachSocket(socket as Socket);
      socket.end();
    });
    socket.on('error', () => socket.destroy());
    // Node tells the end of a connection to the responses that it made itself only.
    socket.on('close', () => res.emit('close'));
    options.handle(new Exchange(req, res, limits.clientIdle), { socket, early, incoming: req });
  });
  http1.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    options.onMalformed(canonicalAddress((socket as Socket).remoteAddress), answerMalformed(error, socket));
  });
  // Without this event the timeouts of a server that does not listen itself never start.
  http1.emit('listening');

  const http2 = createHttp2({
    settings: {
      maxConcurrentStreams: limits.streams,
      maxHeaderListSize: limits.headers,
      enablePush: false,
      initialWindowSize: 262_144,
    },
    maxHeaderListPairs: limits.headerCount + 50,
    maxSessionInvalidFrames: 50,
    maxSessionRejectedStreams: 50,
    maxSettings: 32,
    streamResetBurst: RESET_BURST,
    streamResetRate: RESET_RATE,
    unknownProtocolTimeout: limits.headTime,
  });
  const serve2 = (expectsContinue: boolean) => (req: Http2ServerRequest, res: Http2ServerResponse) =>
    options.handle(new Exchange(req, res, limits.clientIdle, expectsContinue));
  http2.on('request', serve2(false));
  http2.on('checkContinue', serve2(true));
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  http2.on('sessionError', () => {});

  const server = createTls({
    ...options.tls,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: limits.headTime,
  });
  server.maxConnections = limits.connections;
  server.on('connection', (socket: Socket) => {
    const address = networkOf(socket.remoteAddress ?? '');
    const count = (perAddress.get(address) ?? 0) + 1;
    connections.add(socket);
    perAddress.set(address, count);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      connections.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    if (count > limits.connectionsPerAddress) socket.destroy();
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') {
      http1.emit('connection', socket);
      return;
    }
    // The session is made, and this event emitted, within the next line.
    http2.once('session', (session) => watchSession(session, socket, limits));
    http2.emit('connection', socket);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(listenError(error, options.host, options.port)),
    );
    server.listen(options.port, options.host, resolve);
  });
  server.on('error', () => {});
  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    close: async (grace) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
      const timer = setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, grace);
      await closed;
      clearTimeout(timer);
      http1.close();
    },
  };
};

/** The error for a server that could not listen. */
export const listenError = (error: NodeJS.ErrnoException, host: string, port: number): GatehouseError => {
  if (error.code === 'EADDRINUSE') {
    return new GatehouseError('address-in-use', `port ${port} on ${host} is taken by another program`, {
      remedy: 'Stop that program, or choose another address with --listen HOST:PORT.',
      cause: error,
    });
  }
  return new GatehouseError('address-unavailable', `cannot listen on ${host}:${port}: ${error.message}`, {
    remedy:
      error.code === 'EACCES'
        ? 'Ports below 1024 need the right to bind them: use the systemd unit, or a higher port.'
        : 'Name an address of this machine with --listen HOST:PORT.',
    cause: error,
  });
};

// HTTP/2 has no header or idle timeouts in Node: a connection without an open stream for `keepAlive` goes, and one whose first
// stream does not come within `headTimeout` too. A header block that drips in opens no stream, so it is covered.
const watchSession = (session: ServerHttp2Session, socket: TLSSocket, limits: GateLimits): void => {
  let open = 0;
  let timer = setTimeout(() => session.destroy(), limits.headTime);
  session.on('stream', (stream) => {
    open++;
    clearTimeout(timer);
    stream.on('close', () => {
      open--;
      if (open > 0 || session.closed) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        session.close();
        // A session with unsent frames stays until its client reads them, which it need not ever do.
        timer = setTimeout(() => socket.destroy(), GOODBYE_TIME);
      }, limits.keepAlive);
    });
  });
  session.on('close', () => clearTimeout(timer));
  session.on('error', () => session.destroy());
};

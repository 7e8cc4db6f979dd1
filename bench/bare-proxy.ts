/**
 * The least that a reverse proxy on Node can do: undici to the app, no decision, no change but for hop-by-hop fields.
 * Speaks plain HTTP/1.1 on one port, HTTP/1.1 and HTTP/2 over TLS on another. Arguments: upstream port, PEM of key and
 * certificate.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';

const [upstream = '', pem = ''] = process.argv.slice(2);
const text = readFileSync(pem, 'utf8');
const pool = new Pool(`http://127.0.0.1:${upstream}`, { connections: 128 });
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'proxy-connection',
]);

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

const kept = (headers: Incoming['headers']): Record<string, string | string[]> => {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':') && !DROPPED.has(name)) out[name] = value;
  }
  return out;
};

const forward = (request: Incoming, response: Outgoing): void => {
  const out = response as ServerResponse;
  let control: Dispatcher.DispatchController | undefined;
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  out.on('drain', () => control?.resume());
  let gone = false;
  out.on('close', () => {
    // Not writableFinished: Node's HTTP/2 says so of a stream that the client has cut, too.
    gone = !out.writableEnded;
    if (gone) control?.abort(new TypeError('the client has gone'));
  });
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: request.method ?? 'GET',
      headers: kept(request.headers),
      body: hasBody ? request : null,
    },
    {
      onRequestStart: (controller) => {
        control = controller;
        // It went while its request was waiting for a connection.
        if (gone) controller.abort(new TypeError('the client has gone'));
      },
      onResponseStart: (_controller, status, headers) => {
        out.writeHead(status, kept(headers));
      },
      onResponseData: (controller, chunk) => {
        if (!out.write(chunk)) controller.pause();
      },
      onResponseEnd: () => out.end(),
      onResponseError: () => {
        if (out.headersSent) out.destroy();
        else out.writeHead(502).end();
      },
    },
  );
};

const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
  const onward = connect(Number(upstream), '127.0.0.1', () => {
    let lines = `${request.method} ${request.url} HTTP/1.1\r\n`;
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      lines += `${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}\r\n`;
    }
    onward.write(`${lines}\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
};

const plain = createServer(forward);
const secure = createSecureServer({ key: text, cert: text, allowHTTP1: true }, forward);
plain.on('upgrade', upgrade);
secure.on('upgrade', upgrade);
plain.listen(0, '127.0.0.1', () => {
  secure.listen(0, '127.0.0.1', () => {
    const [a, b] = [plain.address() as AddressInfo, secure.address() as AddressInfo];
    console.log(`ready ${a.port} ${b.port}`);
  });
});
process.once('SIGTERM', () => process.exit(0));

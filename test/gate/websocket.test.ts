import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import type { Guard } from '../../src/gate/index.ts';
import { eventually } from '../harness/eventually.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { rawExchange } from '../harness/raw-client.ts';

let server: Server;
let sockets: WebSocketServer;
let upstream = '';
let gate: WireGate;

before(async () => {
  server = createServer((_req, res) => res.end('page'));
  sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (req, socket, head) => {
    if (req.url === '/forbidden') {
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nno entrance',
      );
      return;
    }
    sockets.handleUpgrade(req, socket, head, (ws) => {
      ws.on('error', () => {});
      ws.on('message', (data, binary) => ws.send(data, { binary }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gate = await openWireGate(upstream);
});
after(async () => {
  await gate.close();
  for (const client of sockets.clients) client.terminate();
  server.closeAllConnections();
  server.close();
});

const connect = (to: WireGate, path = '/ws', origin = `https://${to.authority}`): WebSocket => {
  const options: ClientOptions & { servername: string } = {
    ca: to.ca,
    servername: 'app.example.test',
    headers: { host: to.authority },
    origin,
  };
  const client = new WebSocket(`wss://127.0.0.1:${to.port}${path}`, options);
  client.on('error', () => {});
  return client;
};

const statusOf = (client: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    client.on('open', () => resolve(101));
    client.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });

const echoOf = (client: WebSocket, data: string | Buffer): Promise<{ data: Buffer; binary: boolean }> =>
  new Promise((resolve, reject) => {
    client.once('message', (answer: Buffer, binary: boolean) => resolve({ data: answer, binary }));
    client.once('close', () => reject(new Error('closed')));
    client.send(data);
  });

test('messages of every kind and size pass both ways', async () => {
  const client = connect(gate);
  assert.equal(await statusOf(client), 101);
  assert.equal((await echoOf(client, 'hello')).data.toString(), 'hello');
  const large = Buffer.alloc(3 * 1024 * 1024, 5);
  const answer = await echoOf(client, large);
  assert.ok(answer.binary && answer.data.equals(large));
  client.terminate();
});

// CSWSH: a page of another site opens a WebSocket with the visitor's cookies.
test('a handshake from another origin, from none or from "null" is refused', async () => {
  for (const origin of [
    'https://evil.test',
    'null',
    `http://${gate.authority}`,
    `https://${gate.authority}.evil.test`,
    '',
  ]) {
    assert.equal(await statusOf(connect(gate, '/ws', origin)), 403, origin);
  }
  const none = await rawExchange(
    gate,
    `GET /ws HTTP/1.1\r\nHost: ${gate.authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  assert.match(none, /^HTTP\/1\.1 403/);
});

test('a refusal by the app reaches the visitor with its body', async () => {
  const client = connect(gate, '/forbidden');
  const body = await new Promise<string>((resolve) => {
    client.on('unexpected-response', (_request, response) => {
      let text = `${response.statusCode} `;
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
  });
  assert.equal(body, '403 no entrance');
});

test('an app that is gone gives 502, and a client that goes frees the app', async () => {
  const nowhere = await openWireGate('http://127.0.0.1:1');
  assert.equal(await statusOf(connect(nowhere)), 502);
  await nowhere.close();
  const client = connect(gate);
  await statusOf(client);
  await eventually(() => sockets.clients.size > 0, 2_000);
  for (const other of sockets.clients) other.on('close', () => {});
  client.terminate();
  await eventually(() => sockets.clients.size === 0, 2_000);
});

test('a filter of frames sees and changes every message, and ends the connection when it says so', async () => {
  const seen: string[] = [];
  const guard: Guard = {
    name: 'frames',
    stage: 'session',
    needs: ['frames'],
    mode: 'block',
    check: () => ({ verdict: 'pass' }),
    filterFrames: () => (message, direction) => {
      seen.push(`${direction} ${message.data.length}`);
      if (message.data.includes('forbidden')) return undefined;
      return direction === 'up'
        ? { ...message, data: Buffer.from(message.data.toString().toUpperCase()) }
        : message;
    },
  };
  const guarded = await openWireGate(upstream, { guards: [guard] });
  try {
    const client = connect(guarded);
    await statusOf(client);
    assert.equal((await echoOf(client, 'hello')).data.toString(), 'HELLO');
    assert.deepEqual(seen, ['up 5', 'down 5']);
    const large = 'a'.repeat(2_000_000);
    assert.equal((await echoOf(client, large)).data.length, large.length);
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.send('forbidden');
    await closed;
    assert.ok(!seen.includes('down 9'));
  } finally {
    await guarded.close();
  }
});

test('a peer that stalls holds the other one back instead of filling the memory, in both directions', async () => {
  const guard: Guard = {
    name: 'identity',
    stage: 'session',
    needs: ['frames'],
    mode: 'block',
    check: () => ({ verdict: 'pass' }),
    filterFrames: () => (message) => message,
  };
  // Random, since permessage-deflate makes nothing of zeros.
  const chunk = randomBytes(256 * 1024);
  for (const guards of [[], [guard]]) {
    const guarded = await openWireGate(upstream, { guards });
    try {
      for (const path of ['/stalled', '/flood']) {
        const client = connect(guarded, path);
        await statusOf(client);
        await eventually(() => sockets.clients.size === 1, 2_000);
        const [app] = sockets.clients;
        assert.ok(app);
        const [sender, reader] = path === '/stalled' ? [client, app] : [app, client];
        reader.pause();
        // What lies in the buffers of the kernel and of four streams is a few MiB: far more than that is sent.
        for (let i = 0; i < 120; i++) sender.send(chunk, () => {});
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        assert.ok(sender.bufferedAmount > 4 * 1024 * 1024, `${path}: ${sender.bufferedAmount} bytes wait`);
        client.terminate();
        app.terminate();
        await eventually(() => sockets.clients.size === 0, 5_000);
      }
    } finally {
      await guarded.close();
    }
  }
});

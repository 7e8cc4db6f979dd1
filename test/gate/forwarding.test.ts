import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import type { Guard } from '../../src/gate/index.ts';
import { ask, ask2, openHttp2 } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { openRecordingUpstream } from '../harness/recording-upstream.ts';

const MIB = 1024 * 1024;
/** Big enough that a buffer that grows with the body would show; the whole 2 GiB with GATEHOUSE_TEST_LARGE=1. */
const LARGE = (process.env['GATEHOUSE_TEST_LARGE'] ? 2_048 : 256) * MIB;

let server: Server;
let upstream = '';
let gate: WireGate;
let seen: IncomingMessage['headers'] = {};

const sendLarge = async (res: ServerResponse): Promise<void> => {
  const chunk = Buffer.alloc(MIB, 7);
  let left = LARGE / MIB;
  const source = new Readable({
    read() {
      this.push(left-- > 0 ? chunk : null);
    },
  });
  res.writeHead(200, { 'content-length': LARGE });
  await pipeline(source, res).catch(() => {});
};

const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
  seen = req.headers;
  const path = new URL(req.url ?? '/', 'http://x').pathname;
  if (path === '/large') return sendLarge(res);
  if (path === '/count') {
    let size = 0;
    for await (const chunk of req) size += (chunk as Buffer).length;
    return void res.end(String(size));
  }
  if (path === '/events') {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: one\n\n');
    return;
  }
  if (path === '/range')
    return void res.writeHead(206, { 'content-range': 'bytes 0-3/9', 'content-length': 4 }).end('abcd');
  if (path === '/hop') {
    res.writeHead(200, {
      connection: 'x-secret',
      'x-secret': 'hop',
      'keep-alive': 'timeout=9',
      server: 'App/1',
      'x-powered-by': 'Y',
    });
    return void res.end();
  }
  if (path === '/error')
    return void res
      .writeHead(500, { 'content-type': 'text/html' })
      .end('<h1>Traceback (most recent call last)</h1>/srv/app.py');
  if (path === '/json-error')
    return void res.writeHead(503, { 'content-type': 'application/json' }).end('{"detail":"warming up"}');
  if (path === '/debug-404')
    return void res
      .writeHead(404, { 'content-type': 'text/html' })
      .end('<p>You’re seeing this error because you have <code>DEBUG = True</code>');
  if (path === '/plain-404')
    return void res.writeHead(404, { 'content-type': 'text/html' }).end('<p>No such dashboard');
  if (path === '/lie') {
    res.writeHead(200, { 'content-length': 100 });
    res.write('short');
    setTimeout(() => res.socket?.destroy(), 20);
    return;
  }
  res.setHeader('set-cookie', ['sid=1', '_xsrf=2', '__Host-gatehouse=evil']);
  res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers }));
};

before(async () => {
  server = createServer((req, res) => void handle(req, res).catch(() => res.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gate = await openWireGate(upstream, { trustedProxies: [] });
});
after(async () => {
  await gate.close();
  server.closeAllConnections();
  server.close();
});

test('the app learns the public address, and forwarding headers from outside are gone', async () => {
  const { status } = await ask(gate, {
    headers: {
      'x-forwarded-for': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      'x-forwarded-host': 'evil.test',
      'x-real-ip': '6.6.6.6',
      'x-original-url': '/admin',
    },
  });
  assert.equal(status, 200);
  assert.equal(seen['host'], gate.authority);
  assert.equal(seen['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen['x-forwarded-proto'], 'https');
  assert.equal(seen['x-forwarded-host'], gate.authority);
  assert.equal(seen['forwarded'], `for=127.0.0.1;host="${gate.authority}";proto=https`);
  assert.equal(seen['x-real-ip'], undefined);
  assert.equal(seen['x-original-url'], undefined);
});

// CVE-2025-64484, CVE-2025-48865.
test('no spelling of our own headers reaches the app, and Connection cannot name them away', async () => {
  await ask(gate, {
    headers: {
      X_Gatehouse_User: 'root',
      'X-GATEHOUSE-user': 'root',
      'x-gatehouse_roles': 'admin',
      'X-Gatehouse-Identity': 'forged',
      X_Forwarded_For: '6.6.6.6',
      'X-HTTP-Method-Override': 'DELETE',
      connection: 'x-gatehouse-identity, x-forwarded-for, host',
    },
  });
  const names = Object.keys(seen).map((name) => name.replaceAll('_', '-'));
  assert.ok(!names.some((name) => name.startsWith('x-gatehouse')), names.join());
  assert.equal(seen['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen['x_forwarded_for'], undefined);
  assert.equal(seen['x-http-method-override'], undefined);
  assert.equal(seen['host'], gate.authority);
});

test('cookies of the app pass both ways hardened, ours never', async () => {
  const { headers } = await ask(gate, { headers: { cookie: 'a=1; __Host-gatehouse=tok; b=2' } });
  assert.equal(seen['cookie'], 'a=1; b=2');
  assert.deepEqual(headers['set-cookie'], [
    'sid=1; SameSite=Lax; Secure; HttpOnly',
    '_xsrf=2; SameSite=Lax; Secure',
  ]);
});

test('hop-by-hop fields and banners of an answer end at the gate', async () => {
  const { headers } = await ask(gate, { path: '/hop' });
  for (const name of ['x-secret', 'server', 'x-powered-by']) assert.equal(headers[name], undefined, name);
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('HEAD, ranges and answers without a body keep their form', async () => {
  const head = await ask(gate, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
  const range = await ask(gate, { path: '/range', headers: { range: 'bytes=0-3' } });
  assert.deepEqual([range.status, range.body, range.headers['content-range']], [206, 'abcd', 'bytes 0-3/9']);
  assert.equal(seen['range'], 'bytes=0-3');
});

test('an event stream arrives as it is written, before it ends', async () => {
  const req = httpsRequest({
    host: '127.0.0.1',
    port: gate.port,
    servername: 'app.example.test',
    ca: gate.ca,
    agent: false,
    path: '/events',
    headers: { host: gate.authority },
  });
  const first = await new Promise<string>((resolve, reject) => {
    req.on('error', reject);
    req.on('response', (res) => res.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    req.end();
  });
  assert.equal(first, 'data: one\n\n');
  req.destroy();
});

test('a client that waits for 100-continue is invited once the guards have passed', async () => {
  const req = httpsRequest({
    host: '127.0.0.1',
    port: gate.port,
    servername: 'app.example.test',
    ca: gate.ca,
    agent: false,
    method: 'POST',
    path: '/count',
    headers: { host: gate.authority, expect: '100-continue', 'content-length': 5 },
  });
  let invited = false;
  req.on('continue', () => {
    invited = true;
    req.end('12345');
  });
  const body = await new Promise<string>((resolve, reject) => {
    req.on('error', reject);
    req.on('response', (res) => res.on('data', (chunk: Buffer) => resolve(chunk.toString())));
    req.flushHeaders();
  });
  assert.deepEqual([invited, body], [true, '5']);
});

test('a body over the limit is refused before it is sent, and cut when it lied', async () => {
  const small = await openWireGate(upstream, { limits: { body: 1_000 } });
  try {
    const declared = await ask(small, { method: 'POST', path: '/count', body: 'x'.repeat(1_001) });
    assert.equal(declared.status, 413);
    const chunked = await ask(small, {
      method: 'POST',
      path: '/count',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(50_000),
    }).catch(() => ({ status: 413 }));
    assert.equal(chunked.status, 413);
  } finally {
    await small.close();
  }
});

const rssOver = async (work: () => Promise<void>): Promise<number> => {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  await work();
  clearInterval(timer);
  return (most - before) / MIB;
};

test('a large download to a slow reader keeps memory bounded', async () => {
  const grown = await rssOver(async () => {
    const req = httpsRequest({
      host: '127.0.0.1',
      port: gate.port,
      servername: 'app.example.test',
      ca: gate.ca,
      agent: false,
      path: '/large',
      headers: { host: gate.authority },
    });
    req.end();
    const res = await new Promise<IncomingMessage>((resolve, reject) =>
      req.on('response', resolve).on('error', reject),
    );
    let size = 0;
    await pipeline(
      res,
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          size += chunk.length;
          if (size % (16 * MIB) < chunk.length) setTimeout(done, 20);
          else done();
        },
      }),
    );
    assert.equal(size, LARGE);
  });
  assert.ok(grown < 160, `grew by ${grown.toFixed(0)} MiB`);
});

test('a large upload keeps memory bounded, over both protocols', async () => {
  const chunk = Buffer.alloc(MIB, 1);
  const grown = await rssOver(async () => {
    const req = httpsRequest({
      host: '127.0.0.1',
      port: gate.port,
      servername: 'app.example.test',
      ca: gate.ca,
      agent: false,
      method: 'POST',
      path: '/count',
      headers: { host: gate.authority, 'content-length': LARGE },
    });
    const answered = new Promise<string>((resolve, reject) => {
      req.on('error', reject);
      req.on('response', (res) => res.on('data', (part: Buffer) => resolve(part.toString())));
    });
    let left = LARGE / MIB;
    await pipeline(
      new Readable({
        read() {
          this.push(left-- > 0 ? chunk : null);
        },
      }),
      req,
    );
    assert.equal(await answered, String(LARGE));

    const session = await openHttp2(gate);
    const stream = session.request({ ':method': 'POST', ':path': '/count', ':authority': gate.authority });
    const counted = new Promise<string>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', (part: Buffer) => resolve(part.toString()));
    });
    let more = 64;
    await pipeline(
      new Readable({
        read() {
          this.push(more-- > 0 ? chunk : null);
        },
      }),
      stream,
    );
    assert.equal(await counted, String(64 * MIB));
    session.close();
  });
  assert.ok(grown < 160, `grew by ${grown.toFixed(0)} MiB`);
});

test('stack traces and debug pages become an incident number, other errors pass', async () => {
  for (const path of ['/error', '/debug-404']) {
    const page = await ask(gate, { path, headers: { accept: 'text/html' } });
    assert.match(page.body, /Incident <code>[0-9a-z]{4}-/);
    assert.ok(!/Traceback|DEBUG|app\.py/.test(page.body));
    const incident = /<code>([^<]+)/.exec(page.body)?.[1];
    assert.ok(
      gate.events.some(({ type, fields }) => type === 'request.failed' && fields.incident === incident),
    );
  }
  const json = await ask(gate, { path: '/error', headers: { accept: 'application/json' } });
  assert.equal(json.status, 500);
  assert.equal(JSON.parse(json.body).error, 'app-failed');
  assert.equal((await ask(gate, { path: '/json-error' })).body, '{"detail":"warming up"}');
  assert.equal((await ask(gate, { path: '/plain-404' })).body, '<p>No such dashboard');
});

test('an app that lies about its length gives the visitor a cut answer, never one that looks whole', async () => {
  await assert.rejects(ask(gate, { path: '/lie' }), /aborted|ECONNRESET/);
});

test('an app that is not there gives a page with an incident number and no address', async () => {
  const nowhere = await openWireGate('http://127.0.0.1:1');
  try {
    const page = await ask(nowhere, { headers: { accept: 'text/html' } });
    assert.equal(page.status, 502);
    assert.ok(!page.body.includes('127.0.0.1') && /Incident/.test(page.body));
    assert.deepEqual(
      nowhere.events.map(({ type, fields }) => [type, fields.reason]),
      [['request.failed', 'econnrefused']],
    );
  } finally {
    await nowhere.close();
  }
});

test('an answer with fields that HTTP/2 cannot carry gives an incident, not silence', async () => {
  const lying = await openRecordingUpstream(
    () =>
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "a"\r\nETag: "b"\r\nX-@: \x01\r\nAge: 1\r\nAge: 2\r\n\r\nok',
  );
  const odd = await openWireGate(lying.url);
  try {
    const session = await openHttp2(odd);
    const { status } = await ask2(session, { ':path': '/', ':authority': odd.authority });
    assert.ok([200, 502].includes(status), String(status));
    session.close();
  } finally {
    await odd.close();
    await lying.close();
  }
});

test('HTTP/2 requests are the same to the app, cookies joined and hosts checked', async () => {
  const session = await openHttp2(gate);
  const good = await ask2(session, {
    ':path': '/x?y=1',
    ':authority': gate.authority,
    cookie: ['a=1', 'b=2'],
  });
  assert.equal(good.status, 200);
  assert.equal(seen['cookie'], 'a=1; b=2');
  assert.equal(
    (await ask2(session, { ':path': '/', ':authority': gate.authority, host: 'other.test' })).status,
    400,
  );
  assert.equal((await ask2(session, { ':path': '/a/../b', ':authority': gate.authority })).status, 400);
  assert.equal((await ask2(session, { ':path': '/', ':authority': 'other.example.test' })).status, 421);
  assert.equal(
    (await ask2(session, { ':path': '/', ':authority': gate.authority.replace('app', 'gate') })).body,
    'portal',
  );
  session.close();
});

test('a transform of each kind sees every byte, and a stalled one holds the sender back', async () => {
  const sizes = { up: 0, down: 0 };
  const identity = (name: 'up' | 'down') =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizes[name] += chunk.length;
        if (sizes[name] % (8 * MIB) < chunk.length) setTimeout(() => done(null, chunk), 5);
        else done(null, chunk);
      },
    });
  const guard: Guard = {
    name: 'identity',
    stage: 'session',
    needs: ['body.transform', 'response.transform', { peek: 1_000 }],
    mode: 'block',
    check: ({ peeked, method }) =>
      method === 'POST' && peeked?.length !== 1_000 && (peeked?.length ?? 0) < 1_000
        ? { verdict: 'refuse', why: 'peek' }
        : { verdict: 'pass' },
    transformBody: () => identity('up'),
    transformResponse: () => identity('down'),
  };
  const guarded = await openWireGate(upstream, { guards: [guard] });
  try {
    const grown = await rssOver(async () => {
      const up = await ask(guarded, { method: 'POST', path: '/count', body: Buffer.alloc(32 * MIB, 1) });
      assert.equal(up.body, String(32 * MIB));
      const req = httpsRequest({
        host: '127.0.0.1',
        port: guarded.port,
        servername: 'app.example.test',
        ca: guarded.ca,
        agent: false,
        path: '/large',
        headers: { host: guarded.authority },
      });
      req.end();
      const res = await new Promise<IncomingMessage>((resolve, reject) =>
        req.on('response', resolve).on('error', reject),
      );
      let size = 0;
      for await (const chunk of res) size += (chunk as Buffer).length;
      assert.equal(size, LARGE);
    });
    assert.equal(sizes.up, 32 * MIB);
    assert.equal(sizes.down, LARGE + String(32 * MIB).length);
    assert.ok(grown < 250, `grew by ${grown.toFixed(0)} MiB`);
  } finally {
    await guarded.close();
  }
});

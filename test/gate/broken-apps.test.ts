import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { eventually } from '../harness/eventually.ts';
import { ask } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { rawConnect, rawExchange, statuses } from '../harness/raw-client.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

/** What the app does with a request for a path, in bytes or with its socket. */
const APPS: Record<string, (socket: Socket) => string | undefined> = {
  '/silent': () => undefined,
  '/stalls': () => 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it',
  '/hangs-up': (socket) => void socket.destroy(),
  '/ends': (socket) => void socket.end(),
  '/garbage': () => '\x00\x01\x02 this is no HTTP at all\r\n\r\n',
  '/other-version': () => 'HTTP/7.3 200 OK\r\n\r\n',
  '/bad-status': () => 'HTTP/1.1 2OO OK\r\n\r\n',
  '/bad-header': () => 'HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: 0\r\n\r\n',
  '/two-lengths': () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\nok',
  '/both-lengths': () =>
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  '/endless-head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const line = `X-A: ${'b'.repeat(4_000)}\r\n`;
    const more = (): void => {
      while (!socket.destroyed && socket.write(line));
    };
    socket.on('drain', more);
    more();
    return undefined;
  },
  '/longer': () =>
    `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden`,
  '/shorter': (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort');
    return undefined;
  },
  '/bad-chunk': () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\nhidden',
  '/early-hints': () => `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n${OK}`,
  '/switches': () =>
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhidden',
  '/header-injection': () =>
    'HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: evil=1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
  '/early-refusal': () => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope',
};

let upstream: RecordingUpstream;
let gate: WireGate;

before(async () => {
  upstream = await openRecordingUpstream((head, socket) => {
    const app = APPS[head.split(' ')[1] ?? ''];
    return app === undefined ? OK : app(socket);
  });
  gate = await openWireGate(upstream.url, { limits: { answerTime: 1_000, answerIdle: 1_000 } });
});
after(async () => {
  await gate.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.clear();
  gate.events.length = 0;
});

/** The gate's own answer: a status, an incident number that the log knows too, and nothing of the app. */
const failsWith = async (path: string, status: number): Promise<void> => {
  const answer = await ask(gate, { path });
  assert.equal(answer.status, status, answer.body);
  const { incident } = JSON.parse(answer.body) as { incident: string };
  assert.ok(
    gate.events.some(({ type, fields }) => type === 'request.failed' && fields.incident === incident),
  );
  assert.ok(!/hidden/.test(answer.body));
};

test('an app that never answers becomes 504 with an incident number', async () => {
  await failsWith('/silent', 504);
  assert.equal(upstream.requests(), 1);
});

test('an app that stalls in the middle of an answer gives a cut answer, never one that looks whole', async () => {
  await assert.rejects(ask(gate, { path: '/stalls' }), /aborted|ECONNRESET|hang up/);
  assert.equal(gate.events.at(-1)?.fields.reason, 'slow-app');
});

// RFC 9110 section 9.2.2: only what changes nothing may be asked twice.
test('an app that hangs up is asked once more for a GET without a body, and never for anything else', async () => {
  for (const path of ['/hangs-up', '/ends']) {
    upstream.clear();
    await failsWith(path, 502);
    assert.equal(upstream.requests(), 2, path);
    for (const [method, body] of [
      ['POST', undefined],
      ['POST', 'a=b'],
      ['DELETE', undefined],
      ['PUT', 'x'],
      ['GET', 'x'],
    ] as const) {
      upstream.clear();
      const answer = await ask(gate, {
        method,
        path,
        headers: { 'content-length': body?.length ?? 0 },
        ...(body !== undefined && { body }),
      });
      assert.equal(answer.status, 502, method);
      assert.equal(upstream.requests(), 1, `${method} ${body}`);
    }
  }
});

for (const path of [
  '/garbage',
  '/other-version',
  '/bad-status',
  '/bad-header',
  '/two-lengths',
  '/both-lengths',
  '/endless-head',
]) {
  test(`an app whose answer is ${path.slice(1)} becomes 502 with an incident number`, async () => {
    await failsWith(path, 502);
  });
}

test('what an app sends behind its answer reaches nobody', async () => {
  const answer = await ask(gate, { path: '/longer' });
  assert.deepEqual([answer.status, answer.body], [200, 'ok']);
  const next = await ask(gate, { path: '/' });
  assert.deepEqual([next.status, next.body], [200, 'ok']);
});

test('an answer shorter than it says, or with a broken chunk, is cut', async () => {
  for (const path of ['/shorter', '/bad-chunk'])
    await assert.rejects(ask(gate, { path }), /aborted|ECONNRESET|hang up/, path);
});

test('early hints of the app are no answer: the one behind them is', async () => {
  const transcript = await rawExchange(
    gate,
    `GET /early-hints HTTP/1.1\r\nHost: ${gate.authority}\r\nConnection: close\r\n\r\n`,
    5_000,
  );
  assert.deepEqual(statuses(transcript), [200]);
  assert.match(transcript, /\r\n\r\nok$/);
});

test('an app that switches protocols although nobody asked is refused', async () => {
  await failsWith('/switches', 502);
});

test('a carriage return in a value of the app makes no second header', async () => {
  const transcript = await rawExchange(
    gate,
    `GET /header-injection HTTP/1.1\r\nHost: ${gate.authority}\r\nConnection: close\r\n\r\n`,
    5_000,
  );
  assert.ok(!/[\r\n]set-cookie: evil/i.test(transcript), transcript);
});

test('an app that answers before it has read a large body is heard', async () => {
  const answer = await ask(gate, { method: 'POST', path: '/early-refusal', body: Buffer.alloc(300_000, 97) });
  assert.deepEqual([answer.status, answer.body], [401, 'nope']);
});

// Whoever reads the answer would take the words of the gate for a part of it.
test('garbage behind a request cuts the answer that is under way, and writes nothing into it', async () => {
  const socket = await rawConnect(gate);
  let transcript = '';
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    transcript += chunk.toString('latin1');
  });
  let closed = false;
  socket.on('close', () => {
    closed = true;
  });
  socket.write(`GET /stalls HTTP/1.1\r\nHost: ${gate.authority}\r\n\r\n`);
  await eventually(() => transcript.includes('half of it'), 10_000);
  socket.write('BAD GARBAGE\r\n\r\n');
  await eventually(() => closed, 10_000);
  assert.deepEqual(statuses(transcript), [200]);
  assert.match(transcript, /half of it$/);
});

test('nothing of all this is left open', async () => {
  await eventually(() => gate.gate.live() === 0, 15_000);
  assert.equal((await ask(gate)).status, 200);
});

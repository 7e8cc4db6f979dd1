import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Guard } from '../../src/gate/index.ts';
import { appsEnvironment, skipWithoutApps, VENV_BIN } from '../apps/venv.ts';
import { eventually } from '../harness/eventually.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { rawExchange, statuses } from '../harness/raw-client.ts';
import { openRecordingUpstream } from '../harness/recording-upstream.ts';
import { freePort } from '../store/free-port.ts';

const UPSTREAMS = join(import.meta.dirname, 'upstreams');
const MARKER = 'MARKER of the administrator';
const RUNS = 24;
const BATCH = 10;

interface Upstream {
  url: string;
  close(): Promise<void>;
}

/** Starts a Python server on a free port and waits until it answers. */
const startPython = async (command: (port: number) => readonly string[]): Promise<Upstream> => {
  const port = await freePort();
  const [program = '', ...args] = command(port);
  const child: ChildProcess = spawn(join(VENV_BIN, program), args, {
    cwd: UPSTREAMS,
    env: { ...appsEnvironment(), PORT: String(port) },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    await eventually(async () => (await fetch(url).catch(() => undefined))?.ok === true, 60_000);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
};

const startRaw = async (): Promise<Upstream> =>
  openRecordingUpstream((head) => {
    const raw = head.split(' ')[1] ?? '';
    const body = /^\/admin(?:[/?]|$)/.test(raw) ? MARKER : JSON.stringify({ raw, path: null });
    return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  });

const SERVERS: Record<string, { python: boolean; start: () => Promise<Upstream> }> = {
  'a raw socket': { python: false, start: startRaw },
  'Flask on Werkzeug': { python: true, start: () => startPython(() => ['python', 'echo_flask.py']) },
  'Flask on gunicorn': {
    python: true,
    start: () =>
      startPython((port) => [
        'python',
        '-m',
        'gunicorn',
        '--no-control-socket',
        '--threads',
        '4',
        '--bind',
        `127.0.0.1:${port}`,
        'echo_flask:app',
      ]),
  },
  'Starlette on uvicorn': {
    python: true,
    start: () =>
      startPython((port) => ['python', '-m', 'uvicorn', '--port', String(port), 'echo_starlette:app']),
  },
  "Django's own server": {
    python: true,
    start: () =>
      startPython((port) => ['python', 'echo_django.py', 'runserver', '--noreload', `127.0.0.1:${port}`]),
  },
};

// The parts that spellings of another path are made of: GHSA-7rh7-c77v-6434, GHSA-pxq7-h93f-9jrg, CVE-2026-48794,
// CVE-2021-41773, CVE-2021-32637.
const hostile = fc
  .array(
    fc.constantFrom(
      ...[
        '/',
        '/',
        '//',
        '/./',
        '/../',
        '/..;/',
        '..',
        '.',
        ';',
        ';x=1',
        '\\',
        '/%2e/',
        '/%2e%2e/',
        '/.%2e/',
      ],
      ...['%2f', '%5c', '%252f', '%25', '%', '%00', '%09', '%20', '%3b', '%3f', '%23', '%c0%af', '%ef%bc%8f'],
      ...[
        'admin',
        'admin',
        'ADMIN',
        '%61dmin',
        'adm%69n',
        'public',
        'a',
        '~',
        '%C3%A9',
        '\u00e9',
        '|',
        '?',
        '?q=/admin',
      ],
      ...['#', '@', ':', '+', '*', "'", '&', '%u002f', '\t', '\r', '\x0b'],
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => `/${parts.join('')}`);

const FIXED = [
  '/admin',
  '/admin/',
  '/admin/users',
  '//admin',
  '///admin/x',
  '/./admin',
  '/public/../admin',
  '/public/%2e%2e/admin',
  '/public/..%2fadmin',
  '/public/..;/admin',
  '/admin;x',
  '/admin%3bx',
  '/%61dmin',
  '/%2561dmin',
  '/admin%2f',
  '/admin%2fusers',
  '/admin%5cusers',
  '/admin?x',
  '/admin#x',
  '/admin%23',
  '/admin%3f',
  '/admin%00',
  '/admin%20',
  '/admin%0a',
  '/admin/%20',
  '/admin//x',
  '/\\admin',
  '/public?/../admin',
  'http://HOST/admin',
  'https://HOST//admin',
  'https://HOST/public/../admin',
];

interface Echo {
  raw: string | null;
  query?: string;
  path: string | null;
}

const segmentsAreSound = (path: string, says: string): void => {
  assert.ok(!/[\\\0]|\/\/|(?:^|\/)\.\.?(?:\/|$)/.test(path), says);
};

for (const [name, server] of Object.entries(SERVERS)) {
  test(`what the gate authorised is what ${name} received, and a forbidden path has no other spelling`, {
    skip: server.python && skipWithoutApps(),
  }, async () => {
    const authorised = new Map<string, { path: string; target: string }>();
    const witness: Guard = {
      name: 'witness',
      stage: 'session',
      needs: [],
      mode: 'block',
      check: ({ headers, path, target }) => {
        authorised.set(headers.get('x-case') ?? '', { path, target });
        return { verdict: 'pass' };
      },
    };
    const upstream = await server.start();
    let gate: WireGate | undefined;
    try {
      // The app does have what is forbidden: else nothing would be shown below.
      for (const path of ['/admin', '/admin/users'])
        assert.equal(await (await fetch(`${upstream.url}${path}`)).text(), MARKER);
      const opened = await openWireGate(upstream.url, {
        guards: [witness],
        rules: [
          '{ forbid: [anonymous, user], paths: ["/admin", "/admin/**"] }',
          '{ allow: [anonymous, user], paths: ["/**"] }',
        ],
      });
      gate = opened;
      let cases = 0;
      let reached = 0;
      let forbidden = 0;
      const check = async (raw: string): Promise<void> => {
        const id = String(cases++);
        const target = raw.replace('HOST', opened.authority);
        const answer = await rawExchange(
          opened,
          Buffer.from(
            `GET ${target} HTTP/1.1\r\nHost: ${opened.authority}\r\nX-Case: ${id}\r\nConnection: close\r\n\r\n`,
            'latin1',
          ),
          10_000,
        );
        const says = `${JSON.stringify(target)}: ${answer}`;
        assert.ok(!answer.includes(MARKER), says);
        const [status] = statuses(answer);
        // Nobody is signed in, so the rule's no is a request to do so.
        if (status === 401) forbidden++;
        if (status !== 200) return;
        const decided = authorised.get(id);
        assert.ok(decided !== undefined, says);
        const echo = JSON.parse(/\{.*\}/s.exec(answer.slice(answer.indexOf('\r\n\r\n')))?.[0] ?? '') as Echo;
        reached++;
        if (echo.raw !== null) {
          const seen = echo.query === undefined || echo.query === '' ? echo.raw : `${echo.raw}?${echo.query}`;
          // ASGI cannot tell an empty query from none.
          const expected = echo.query === '' ? decided.target.replace(/\?$/, '') : decided.target;
          assert.equal(seen, expected, says);
        }
        if (echo.path === null) return;
        assert.equal(echo.path.split('/').length, decided.path.split('/').length, says);
        segmentsAreSound(echo.path, says);
      };
      for (const raw of FIXED) await check(raw);
      assert.ok(forbidden >= 5, `${forbidden} were refused by the rule`);
      await fc.assert(
        fc.asyncProperty(fc.array(hostile, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
          await Promise.all(batch.map(check));
        }),
        { numRuns: RUNS, seed: 3, endOnFailure: true },
      );
      assert.ok(reached >= 5, `${reached} of ${cases} reached the app`);
    } finally {
      await gate?.close();
      await upstream.close();
    }
  });
}

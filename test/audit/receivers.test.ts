import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { forwardLog, openSecurityLog } from '../../src/audit/index.ts';
import { type GatehouseError, systemClock } from '../../src/core/index.ts';

// C46: real receivers, where the machine has them.

const root = mkdtempSync(join(tmpdir(), 'gatehouse-receivers-'));
const directory = join(root, 'data');
after(() => rmSync(root, { recursive: true, force: true }));

const HOSTILE = 'line one\nline two \u0085 \u2028 ] " \\ | = <14>1 - - - \u001b[31m';
const EVENTS = 250;
let metrics = '';

before(async () => {
  const log = await openSecurityLog({ directory, clock: systemClock });
  for (let i = 0; i < EVENTS; i++) {
    await log.record({
      type: 'session.ended',
      outcome: 'success',
      fields: { session: `ses_${i}`, name: HOSTILE, count: i },
    });
  }
  metrics = log.metrics();
  await log.close();
});

const has = (command: string): boolean => spawnSync(command, ['-v']).error === undefined;
const without = (command: string, what: string) =>
  has(command) ? {} : { skip: `there is no ${what} on this machine` };

const freePort = async (): Promise<number> => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const listening = async (port: number): Promise<void> => {
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(
        () => false,
        () => false,
      ),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    await sleep(100);
  }
  assert.fail('the receiver does not listen');
};

const makeCertificates = (): void => {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: root, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority');
  writeFileSync(join(root, 'san'), 'subjectAltName=DNS:localhost');
  openssl('req', ...key.slice(0, 5), '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'san',
    '-out',
    'server.pem',
  );
};

test(
  'rsyslog receives every entry over TLS as one message each, and the checkpoint',
  without('rsyslogd', 'rsyslog'),
  async (t) => {
    makeCertificates();
    const port = await freePort();
    mkdirSync(join(root, 'spool'));
    const received = join(root, 'received.log');
    writeFileSync(
      join(root, 'rsyslog.conf'),
      `global(workDirectory="${join(root, 'spool')}" maxMessageSize="64k" defaultNetstreamDriver="gtls"
       defaultNetstreamDriverCAFile="${join(root, 'ca.pem')}"
       defaultNetstreamDriverCertFile="${join(root, 'server.pem')}" defaultNetstreamDriverKeyFile="${join(root, 'server.key')}")
     module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
     input(type="imtcp" port="${port}" address="127.0.0.1")
     template(name="whole" type="string" string="%app-name% %msgid% %structured-data% %msg%\\n")
     action(type="omfile" file="${received}" template="whole")`,
    );
    const server = spawn(
      'rsyslogd',
      ['-n', '-f', join(root, 'rsyslog.conf'), '-i', join(root, 'rsyslog.pid')],
      { stdio: 'ignore' },
    );
    const ended = once(server, 'exit');
    t.after(async () => {
      server.kill('SIGKILL');
      await ended;
    });
    await listening(port);
    const stop = new AbortController();
    const warnings: string[] = [];
    const target = { kind: 'syslog' as const, host: 'localhost', port };
    const distrusted = forwardLog({
      directory,
      target,
      signal: AbortSignal.timeout(1_500),
      warn: ({ code }) => warnings.push(code),
      retryAfter: 200,
    });
    await distrusted;
    assert.deepEqual(warnings, ['export-failed'], 'a certificate that nobody vouches for is refused');
    const trusted = { ...target, ca: readFileSync(join(root, 'ca.pem'), 'utf8') };
    const done = forwardLog({
      directory,
      target: trusted,
      signal: stop.signal,
      warn: (error: GatehouseError) => assert.fail(error),
    });
    const lines = (): string[] =>
      existsSync(received) ? readFileSync(received, 'utf8').split('\n').filter(Boolean) : [];
    for (let i = 0; i < 150 && lines().length <= EVENTS; i++) await sleep(100);
    stop.abort();
    await done;
    const all = lines();
    const events = all.filter((line) => line.includes(' session.ended '));
    assert.equal(events.length, EVENTS);
    for (const [i, line] of events.entries()) {
      assert.match(
        line,
        new RegExp(
          `^gatehouse session\\.ended \\[gatehouse@32473 id="evt_\\w+" instance="[^"]+" sequence="${i}" outcome="success"\\]`,
        ),
      );
      const message = JSON.parse(line.slice(line.indexOf('{')));
      assert.equal(message.fields.session, `ses_${i}`);
      assert.equal(message.fields.name, HOSTILE);
    }
    assert.ok(
      all.some((line) => line.includes(' checkpoint ')),
      'the checkpoint is anchored',
    );
  },
);

test('a collector gets every entry over OTLP once it takes them, in order and none twice', async () => {
  const bodies: { status: number; body: string; type: string | undefined; path: string | undefined }[] = [];
  let refusals = 2;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const status = refusals-- > 0 ? 503 : 200;
    bodies.push({ status, body, type: request.headers['content-type'], path: request.url });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  const warnings: string[] = [];
  const target = { kind: 'otlp' as const, url: `http://127.0.0.1:${port}` };
  const forward = () =>
    forwardLog({
      directory,
      target,
      signal: stop.signal,
      warn: ({ code }) => warnings.push(code),
      retryAfter: 50,
    });
  const done = forward();
  const records = () =>
    bodies
      .filter(({ status }) => status === 200)
      .flatMap(
        ({ body }) => JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords as Record<string, unknown>[],
      );
  for (let i = 0; i < 100 && records().length < EVENTS; i++) await sleep(100);
  await sleep(100);
  stop.abort();
  await done;
  assert.deepEqual(warnings, ['export-failed'], 'told once, not every time');
  const found = records();
  assert.equal(found.length, EVENTS);
  for (const [i, record] of found.entries()) {
    assert.match(String(record['timeUnixNano']), /^\d{19}$/);
    assert.equal(record['severityNumber'], 9);
    assert.deepEqual(record['body'], { stringValue: 'a session ended: sign-out, revocation, time' });
    const attributes = record['attributes'] as { key: string; value: unknown }[];
    const value = (key: string) => attributes.find((attribute) => attribute.key === key)?.value;
    assert.deepEqual(value('gatehouse.sequence'), { intValue: String(i) });
    assert.deepEqual(value('gatehouse.name'), { stringValue: HOSTILE });
  }
  assert.ok(bodies.every(({ type, path }) => type === 'application/json' && path === '/v1/logs'));
  const before = bodies.length;
  await forwardLog({ directory, target, signal: AbortSignal.timeout(500), warn: () => undefined });
  assert.equal(bodies.length, before, 'what was sent is not sent again');
  server.close();
});

test('promtool finds nothing wrong with the metrics', without('promtool', 'promtool'), () => {
  assert.match(metrics, /gatehouse_events_total\{type="session.ended",outcome="success"\} 250/);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});

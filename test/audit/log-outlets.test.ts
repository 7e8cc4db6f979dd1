// What `log` in gatehouse.yaml promises, by the real program: witnesses, metrics, receivers.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSecurityLog, type RunningWitness, runWitness } from '../../src/audit/index.ts';
import { systemClock } from '../../src/core/index.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, runCommand, startGatehouse } from '../harness/gatehouse-process.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-outlets-'));
const data = join(root, 'data');
const received: { path: string; token: string | undefined; body: string }[] = [];

let app: EchoApp;
let collector: Server;
let witness: RunningWitness;
let gatehouse: GatehouseProcess;
let metrics: string;

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

before(async () => {
  app = await openEchoApp();
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', token: request.headers.authorization, body });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const collectorPort = await listen(collector);
  mkdirSync(data);
  const log = await openSecurityLog({ directory: data, clock: systemClock });
  await log.close();
  witness = await runWitness({
    directory: join(root, 'remote'),
    host: '127.0.0.1',
    port: 0,
    logs: [log.publicKey],
  });
  writeFileSync(join(root, 'token'), 'Bearer wren-41\n', { mode: 0o600 });
  const metricsPort = await freePort();
  metrics = `http://127.0.0.1:${metricsPort}`;
  const config = join(root, 'gatehouse.yaml');
  writeFileSync(
    config,
    `apps:
  app: { upstream: "${app.url}" }
log:
  keep: 30d
  localWitness: false
  witnesses: [{ url: "${witness.url}", key: "${witness.key}" }]
  metrics: ${metricsPort}
  forward:
    - { to: "http://127.0.0.1:${collectorPort}", headers: { Authorization: "file:token" } }
`,
  );
  gatehouse = await startGatehouse({ mode: { serve: app.url }, directory: root, config });
});

after(async () => {
  await gatehouse?.close();
  await witness?.close();
  collector?.close();
  await app?.close();
  rmSync(root, { recursive: true, force: true });
});

test('metrics are served on loopback, and nothing else is', async () => {
  const response = await fetch(`${metrics}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  assert.match(text, /^gatehouse_events_total\{.*type="gate\.started".*\} 1$/m);
  assert.match(text, new RegExp(`^gatehouse_log_witness_up\\{witness="${witness.url}"\\} 1$`, 'm'));
  assert.equal((await fetch(`${metrics}/`)).status, 404);
  assert.equal((await fetch(`${metrics}/metrics`, { method: 'POST' })).status, 404);
});

test('a receiver gets every event as it comes, with the header whose value stands elsewhere', async () => {
  await eventually(() => received.some(({ body }) => body.includes('gate.started')), 20_000);
  assert.deepEqual(
    new Set(received.map(({ path, token }) => `${path} ${token}`)),
    new Set(['/v1/logs Bearer wren-41']),
  );
});

test('the witness that the file names has cosigned everything when the gate has stopped', async () => {
  assert.match(gatehouse.output(), /The log is witnessed by http/);
  assert.equal(await gatehouse.stop(), 0);
  const words = ['audit', 'verify', '--data', data, '--witness', witness.url, '--json'];
  const report = JSON.parse(await runCommand(words));
  assert.equal(report.verdict, 'sound');
  assert.equal(report.witnessed, report.entries);
  assert.ok(!readFileSync(join(data, 'log', 'log.json'), 'utf8').includes('wren'));
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

let app: EchoApp;
let gatehouse: GatehouseProcess;
let file = '';

const config = (rules: string) => `apps:
  app:
    upstream: ${app.url}
    rules:
${rules}
roles:
  analyst: {}
`;

before(async () => {
  app = await openEchoApp();
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-reload-'));
  file = join(directory, 'gatehouse.yaml');
  writeFileSync(file, config('      - allow: [user]'));
  gatehouse = await startGatehouse({
    mode: { serve: app.url },
    config: file,
    directory,
    people: [{ name: 'ada', roles: 'user' }],
  });
});
after(async () => {
  await gatehouse?.close();
  await app?.close();
});

/** Replaces the file in one step, as editors do. */
const edit = (text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

const statusOf = async (client: PortalClient, path: string): Promise<number> =>
  (await client.ask(`${gatehouse.appUrl}${path}`)).status;

test('a valid edit takes effect while a connection stays open', async () => {
  const client = new PortalClient(gatehouse);
  await client.trySignIn('ada');
  assert.equal(await statusOf(client, '/admin'), 200);
  const { port, hostname, host } = new URL(gatehouse.appUrl);
  const socket = connect({
    port: Number(port),
    host: '127.0.0.1',
    servername: hostname,
    ca: readFileSync(gatehouse.authorityFile),
  });
  let received = '';
  let closed = false;
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.write(
    `GET /events HTTP/1.1\r\nHost: ${host}\r\nCookie: ${client.cookies(gatehouse.appUrl)}\r\n\r\n`,
  );
  await eventually(() => received.includes('data: hi'), 5_000);

  edit(config('      - allow: [user]\n      - forbid: [user]\n        paths: [/admin/**]'));
  await eventually(async () => (await statusOf(client, '/admin')) === 403, 10_000);
  assert.equal(await statusOf(client, '/other'), 200);
  assert.equal(closed, false);
  socket.destroy();
});

test('an invalid edit changes nothing and is reported with its line', async () => {
  const client = new PortalClient(gatehouse);
  await client.trySignIn('ada');
  edit(config('      - alow: [user]'));
  await eventually(() => gatehouse.output().includes('was refused'), 10_000);
  assert.match(gatehouse.output(), /line 5/);
  assert.equal(await statusOf(client, '/other'), 200);
  assert.equal(await statusOf(client, '/admin'), 403);
  const log = await gatehouse.command(['log', '--json', '--type', 'config.rejected']);
  assert.equal(JSON.parse(log.trim().split('\n').at(-1) ?? '{}').type, 'config.rejected');
});

test('an edit of a field that needs a restart says so', async () => {
  edit(`redirect: 127.0.0.1:18080\n${config('      - allow: [user]')}`);
  await eventually(() => /Restart Gatehouse for: redirect/.test(gatehouse.output()), 10_000);
});

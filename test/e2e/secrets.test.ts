import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, PASSWORD, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

let app: EchoApp;
let gatehouse: GatehouseProcess;

before(async () => {
  app = await openEchoApp();
  gatehouse = await startGatehouse({ mode: { serve: app.url }, people: [{ name: 'ada', roles: 'admin' }] });
});
after(async () => {
  await gatehouse?.close();
  await app?.close();
});

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

// Lesson: planted secrets appear in no sink.
test('no secret that passes the gate is written anywhere: not to the log, the database or the terminal', async () => {
  const client = new PortalClient(gatehouse);
  await client.trySignIn('ada');
  const session = client.cookies(gatehouse.appUrl).split('=').at(-1) ?? '';
  const portalSession = client.cookies(gatehouse.portalUrl);
  const planted = {
    'a password': PASSWORD,
    'a wrong password': 'wrong-but-nearly-right-9911',
    'a session of the app': session,
    'a bearer token': 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'a password in a query': 'hunter2-in-the-query',
    'a card number': '4111111111111111',
    'basic credentials': Buffer.from('ada:open-sesame-4711').toString('base64'),
  };
  for (const [i, cookie] of portalSession.split('; ').entries()) {
    Object.assign(planted, { [`portal cookie ${i}`]: cookie.split('=').at(-1) ?? '' });
  }
  await new PortalClient(gatehouse).trySignIn('ada', planted['a wrong password']);
  const stranger = new PortalClient(gatehouse);
  const refused = [
    { headers: { authorization: `Bearer ${planted['a bearer token']}` } },
    { headers: { authorization: `Basic ${planted['basic credentials']}` } },
    { method: 'POST', headers: { origin: 'https://evil.test' }, body: `card=${planted['a card number']}` },
  ];
  for (const options of refused) {
    await stranger.ask(`${gatehouse.appUrl}/pay?password=${planted['a password in a query']}`, options);
  }
  await stranger.ask(`${gatehouse.appUrl}/card/${planted['a card number']}/../x`);
  await stranger.ask(`${gatehouse.appUrl}/card/${planted['a card number']}`, {
    method: 'POST',
    headers: { origin: 'https://evil.test' },
  });
  const log = await gatehouse.command(['log', '--json']);
  assert.match(log, /signin\.succeeded/);
  assert.match(log, /signin\.failed/);
  assert.match(log, /request\.refused/);
  await gatehouse.stop();
  for (const [what, secret] of Object.entries(planted)) {
    assert.ok(secret.length >= 8, what);
    assert.ok(!log.includes(secret), `${what} stands in the log`);
    assert.ok(!gatehouse.output().includes(secret), `${what} stands on the terminal`);
    for (const file of filesBelow(gatehouse.directory)) {
      assert.ok(!readFileSync(file).includes(secret), `${what} stands in ${file}`);
    }
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

/** Guesses an account gets before it has to wait: docs/guide/passwords.md. */
const ALLOWED = 5;

let app: EchoApp;
let gatehouse: GatehouseProcess;

before(async () => {
  app = await openEchoApp();
  gatehouse = await startGatehouse({
    mode: { serve: app.url },
    people: [
      { name: 'ada', roles: 'admin' },
      { name: 'bob', roles: 'user' },
    ],
  });
});
after(async () => {
  await gatehouse?.close();
  await app?.close();
});

test('a client without a browser signs in and reaches the app', async () => {
  const client = new PortalClient(gatehouse);
  const page = await client.trySignIn('bob');
  assert.equal(page.status, 200, page.body.slice(0, 500));
  assert.equal(new URL(page.url).origin, gatehouse.appUrl);
  assert.match(page.body, /<h1>Echo/);
});

// CVE-2026-47203, CVE-2026-45364, CVE-2025-24806: many guesses at once, other spellings of the account.
test('of 100 parallel guesses exactly the allowed number is answered, whatever the spelling of the account', async () => {
  const spellings = ['ada', 'ADA', 'Ada', ' ada ', 'ＡＤＡ'];
  const clients = Array.from({ length: 100 }, () => new PortalClient(gatehouse));
  const answers = await Promise.all(
    clients.map((client, i) =>
      client.trySignIn(spellings[i % spellings.length] ?? 'ada', `wrong-guess-number-${i}`),
    ),
  );
  const judged = answers.filter(({ status }) => status !== 429 && status !== 503);
  assert.equal(judged.length, ALLOWED, answers.map(({ status }) => status).join(' '));
  assert.ok(answers.every(({ status, headers }) => status !== 429 || Number(headers['retry-after']) > 0));
});

test('an account that does not exist is answered and slowed in the same words', async () => {
  const [known, unknown] = [new PortalClient(gatehouse), new PortalClient(gatehouse)];
  const textOf = async (client: PortalClient, name: string) =>
    (await client.trySignIn(name, 'not-the-right-password')).body
      .replaceAll(/value="[^"]*"/g, '')
      .replaceAll(/challenge&quot;:&quot;[\w-]*&quot;/g, '')
      .replaceAll(/\b\d+ (?:seconds?|minutes?)\b/g, 'N');
  assert.equal(await textOf(known, 'bob'), await textOf(unknown, 'nobody-here'));
});

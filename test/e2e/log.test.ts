import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { type GatehouseProcess, PASSWORD, runCommand, startGatehouse } from '../harness/gatehouse-process.ts';
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

const entries = async (...filter: string[]): Promise<{ type: string; id: string }[]> =>
  (await gatehouse.command(['log', '--json', ...filter]))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('the log is followed live, filtered, and names who did what', async () => {
  const data = join(gatehouse.directory, 'data');
  const follower = spawn(process.execPath, ['bin/gatehouse.js', 'log', '--follow', '--json', '--data', data]);
  let seen = '';
  follower.stdout.on('data', (chunk) => {
    seen += chunk;
  });
  try {
    await eventually(() => seen.includes('gate.started') || seen === '', 5_000);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await new PortalClient(gatehouse).trySignIn('ada');
    await eventually(() => seen.includes('signin.succeeded'), 15_000);
  } finally {
    follower.kill();
  }
  const signIns = await entries('--type', 'signin.succeeded');
  assert.ok(signIns.length >= 1);
  assert.ok(signIns.every(({ type }) => type === 'signin.succeeded'));
});

test('what happened verifies, one event can be proven to others, and a forgotten person leaves a log that still does', async () => {
  await gatehouse.command(['people', 'add', 'bob', '--role', 'user', '--password-stdin'], `${PASSWORD}\n`);
  await new PortalClient(gatehouse).trySignIn('bob');
  const [event] = await entries('--type', 'signin.succeeded', '--limit', '1');
  await gatehouse.command(['people', 'forget', 'bob', '--yes']);
  assert.ok(!(await gatehouse.command(['log', '--json'])).includes('"bob"'));
  await gatehouse.stop();
  const verified = JSON.parse(await gatehouse.command(['audit', 'verify', '--json']));
  assert.equal(verified.verdict, 'sound', JSON.stringify(verified));
  assert.ok(
    !verified.notes.some((note: string) => note.includes('Roll-back not excluded')),
    'the witness was not asked',
  );
  const proof = join(gatehouse.directory, 'proof.txt');
  await gatehouse.command(['audit', 'prove', event?.id ?? '', '--output', proof]);
  const key = join(gatehouse.directory, 'data/keys/log.pub');
  assert.match(await runCommand(['audit', 'check', proof, '--public-key', key]), /signin\.succeeded/);
});

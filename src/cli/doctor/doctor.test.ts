import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { defaultConfig } from '../../config/index.ts';
import { type Clock, systemClock } from '../../core/index.ts';
import { openCertificates } from '../../gate/index.ts';
import { checkApps } from './apps.ts';
import { checkCertificate } from './certificate.ts';
import { checkClock } from './clock.ts';
import { checkFiles } from './files.ts';
import { checkGate, runningGate } from './gate.ts';

const DAY = 86_400_000;
const later = (milliseconds: number): Clock => ({ ...systemClock, now: () => Date.now() + milliseconds });

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const configOf = (overrides: Parameters<typeof defaultConfig>[0] = {}) =>
  defaultConfig({ data, ...overrides }).config;

const upstream = async (host: string) => {
  const server = createServer((_request, response) => response.end('fine')).listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
};

test('a data directory that only its owner enters is well', () => {
  mkdirSync(join(data, 'keys'), { mode: 0o700 });
  writeFileSync(join(data, 'keys', 'master.key'), 'x', { mode: 0o600 });
  assert.deepEqual(
    checkFiles(data).map(({ state }) => state),
    ['ok'],
  );
});

test('a key that others may read and a folder that others may enter are failures with the command that mends them', () => {
  mkdirSync(join(data, 'keys'));
  writeFileSync(join(data, 'keys', 'master.key'), 'x');
  chmodSync(join(data, 'keys', 'master.key'), 0o644);
  chmodSync(data, 0o755);
  const findings = checkFiles(data);
  assert.deepEqual(
    findings.map(({ state }) => state),
    ['fail', 'fail'],
  );
  assert.ok(findings.some(({ remedy }) => remedy === `chmod 700 ${data}`));
  assert.ok(findings.some(({ remedy }) => remedy === `chmod 600 ${join(data, 'keys', 'master.key')}`));
});

test('before the first start nothing is wrong and nothing is made', async () => {
  const config = configOf({ data: join(data, 'none') });
  assert.equal(checkFiles(config.data)[0]?.state, 'ok');
  assert.equal((await checkCertificate(config, systemClock)).state, 'ok');
  assert.equal((await checkGate(config, runningGate(config.data))).state, 'ok');
});

test('a clock that is behind the files is a failure, one that nothing keeps right a warning', () => {
  assert.equal(checkClock(data, systemClock, () => true).state, 'ok');
  assert.equal(checkClock(data, systemClock, () => undefined).state, 'ok');
  assert.equal(checkClock(data, systemClock, () => false).state, 'warn');
  const file = join(data, 'gatehouse.db');
  writeFileSync(file, '');
  utimesSync(file, new Date(), new Date(Date.now() + DAY));
  assert.equal(checkClock(data, systemClock, () => true).state, 'fail');
});

test("the local authority's certificate is looked at without being renewed", async () => {
  const config = configOf({ upstream: 'http://127.0.0.1:1' });
  const hosts = ['localhost', 'gate.localhost'];
  (await openCertificates({ directory: join(data, 'tls'), hosts, clock: systemClock })).close();
  assert.equal((await checkCertificate(config, systemClock)).state, 'ok');
  assert.equal((await checkCertificate(config, later(400 * DAY))).state, 'warn');
  const renamed = configOf({
    upstream: 'http://127.0.0.1:1',
    url: 'https://sales.example.test:8443',
    portal: 'https://gate.example.test:8443',
  });
  assert.match(
    (await checkCertificate(renamed, systemClock)).says,
    /does not name gate\.example\.test, sales\.example\.test/,
  );
});

test('an own certificate that cannot be read is a failure', async () => {
  const config = configOf();
  const own = { ...config, tls: { ...config.tls, certificate: '/none/cert.pem', key: '/none/key.pem' } };
  assert.equal((await checkCertificate(own, systemClock)).state, 'fail');
});

test('an app on loopback is well; one that listens on all addresses can be reached around the gate', async () => {
  await using inside = await upstream('127.0.0.1');
  const well = await checkApps(configOf({ upstream: inside.url }), undefined);
  assert.deepEqual(
    well.map(({ check, state }) => `${check} ${state}`),
    ['upstream app ok', 'bypass app ok', 'account app warn'],
  );
  await using outside = await upstream('0.0.0.0');
  const open = await checkApps(configOf({ upstream: outside.url }), undefined);
  const bypass = open.find(({ check }) => check === 'bypass app');
  assert.equal(bypass?.state, 'fail');
  assert.match(bypass.remedy ?? '', /127\.0\.0\.1/);
});

test('an app that does not answer is a failure', async () => {
  const findings = await checkApps(configOf({ upstream: 'http://127.0.0.1:1' }), undefined);
  assert.deepEqual(
    findings.map(({ check, state }) => `${check} ${state}`),
    ['upstream app fail'],
  );
});

test('a command that opens the app to other machines is a failure before it is started', async () => {
  const findings = await checkApps(configOf({ run: 'flask run --host 0.0.0.0' }), undefined);
  assert.equal(findings[0]?.state, 'fail');
  assert.match(findings[0]?.says ?? '', /around the gate/);
});

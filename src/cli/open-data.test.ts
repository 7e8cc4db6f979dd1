import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseConfig } from '../config/index.ts';
import { randomToken } from '../core/index.ts';
import { type OpenData, openData } from './open-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-data-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const PASSWORD = 'violet tram over salt';

const open = (text: string): Promise<OpenData> =>
  openData(parseConfig(`data: data\n${text}`, join(folder, 'gatehouse.yaml')).config);

const recordOf = async ({ store, vault }: OpenData, id: string): Promise<string> => {
  const { sealed_hash } = await store.db
    .selectFrom('passwords')
    .select('sealed_hash')
    .where('person_id', '=', id)
    .executeTakeFirstOrThrow();
  return (await vault.open({ table: 'passwords', column: 'sealed_hash', row: id }, sealed_hash)).toString();
};

const signIn = async ({ identity }: OpenData, name: string): Promise<string> => {
  const browser = randomToken();
  const step = await identity.signIn.start({ browser });
  const state = 'state' in step ? step.state : '';
  const client = { address: '192.0.2.7', userAgent: '' };
  const input = { step: 'password', name, password: PASSWORD } as const;
  return (await identity.signIn.submit({ state, browser, input, client })).next;
};

test('cost and pepper of the configuration take effect, and old hashes go on working', async () => {
  writeFileSync(join(folder, 'pepper'), 'grains from behind the mill\n', { mode: 0o600 });
  let data = await open('');
  const { id } = await data.identity.people.add({ name: 'ana', roles: [], password: PASSWORD }, {});
  assert.match(await recordOf(data, id), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await data.close();

  data = await open('passwords: { argon2: { memory: 20MiB, passes: 3 }, pepper: "file:pepper" }');
  assert.equal(await signIn(data, 'ana'), 'done');
  const peppered = await recordOf(data, id);
  assert.match(peppered, /^pepper:[\w-]{11}:\$argon2id\$v=19\$m=20480,t=3,p=1\$/);
  assert.equal(await signIn(data, 'ana'), 'done');
  assert.equal(await recordOf(data, id), peppered, 'once');
  await data.close();

  writeFileSync(join(folder, 'pepper'), 'grains from another mill\n', { mode: 0o600 });
  data = await open('passwords: { pepper: "file:pepper" }');
  assert.equal(await signIn(data, 'ana'), 'password', 'the hash alone is worth nothing');
  await data.close();
});

test('a pepper that is too short, and one that is not there, keep the gate shut', async () => {
  writeFileSync(join(folder, 'short'), 'salt', { mode: 0o600 });
  await assert.rejects(open('passwords: { pepper: "file:short" }'), { code: 'setting-invalid' });
  await assert.rejects(open('passwords: { pepper: "env:GATEHOUSE_NOT_SET" }'), { code: 'secret-unreadable' });
  await (await open('')).close();
});

test('a new password is looked up at the address of the configuration', async () => {
  const asked: string[] = [];
  const service = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(`${'0'.repeat(35)}:1`);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  const data = await open(`passwords: { breaches: { url: "http://127.0.0.1:${port}/range/" } }`);
  await data.identity.people.add({ name: 'bo', roles: [], password: PASSWORD }, {});
  assert.match(asked.join(), /^\/range\/[0-9A-F]{5}$/);
  await data.close();
  service.close();
});

test('counters of the configuration are asked, and nobody signs in while they do not answer', async () => {
  const data = await open('counters: { redis: "redis://127.0.0.1:1" }');
  await assert.rejects(signIn(data, 'ana'), { code: 'counters-unavailable' });
  await data.close();
});

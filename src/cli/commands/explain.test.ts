import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Shield } from '../../access/index.ts';
import type { Person } from '../../identity/index.ts';
import { explainCommand } from './explain.ts';

const CONFIG = `
portal: https://gate.example.com
apps:
  sales:
    url: https://sales.example.com
    upstream: http://127.0.0.1:1
    rules:
      - allow: [analyst]
      - forbid: [analyst]
        paths: [/admin/**]
      - paths: [/pay]
        assurance: fresh-mfa
  wiki: { url: https://wiki.example.com, upstream: "http://127.0.0.1:2" }
roles: { analyst: {} }
`;

const FRIDAY = Date.UTC(2027, 0, 29);
const people: Record<string, Pick<Person, 'id' | 'roles' | 'roleEnds'>> = {
  ada: { id: 'ada', roles: ['analyst'] },
  tom: { id: 'tom', roles: ['analyst'], roleEnds: { analyst: FRIDAY } },
};

const SHIELD: Shield = {
  version: 1,
  id: 'shd_0000000000000000test',
  finding: '0'.repeat(32),
  app: 'sales',
  framework: 'flask',
  route: '/orders',
  methods: ['GET'],
  parameter: { in: 'query', name: 'id', path: [] },
  sink: 'sql',
  check: { kind: 'number' },
  why: 'Only a number cannot change it.',
};

const explained = async (context: TestContext, ...words: string[]): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-explain-'));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'gatehouse.yaml');
  await writeFile(file, CONFIG);
  const lines: string[] = [];
  context.mock.method(console, 'log', (line: string) => void lines.push(line));
  const command = explainCommand({
    findPerson: async (_config, name) => people[name],
    shieldsBefore: async (_config, { path }) =>
      path === '/orders' ? [{ mode: 'block', shield: SHIELD }] : [],
  });
  await command.parseAsync([...words, '--config', file], { from: 'user' });
  return lines.join('\n').replaceAll(file, 'FILE');
};

test('it names verdict, deciding line, the rules that took part and what would change it', async (context) => {
  const text = await explained(context, 'ada', 'GET', 'https://sales.example.com/admin/users?x=1');
  assert.match(text, /^refused {2}ada GET https:\/\/sales\.example\.com\/admin\/users\?x=1$/m);
  assert.match(
    text,
    /FILE:9 apps\.sales\.rules\[1\] {2}forbid analyst on \/admin\/\*\* \(a rule forbids it\)/,
  );
  assert.match(text, /> refuses {2}FILE:9/);
  assert.match(text, /1 silent; show them with --all/);
  assert.match(text, /Taking out or narrowing what forbids: apps\.sales\.rules\[1\] \(line 9\)\./);
});

test('assurance, roles, address and time can be supposed', async (context) => {
  const url = 'https://sales.example.com/pay';
  assert.match(await explained(context, 'ada', 'GET', url), /asked for fresh-mfa \(of the last 10m\)/);
  assert.match(await explained(context, 'ada', 'GET', url, '--assurance', 'fresh-mfa'), /^let in/);
  assert.match(await explained(context, 'bob', 'GET', url, '--roles', 'guest'), /^refused/);
  assert.match(await explained(context, 'anonymous', 'GET', url), /asked for fresh-mfa/);
  await assert.rejects(explained(context, 'ada', 'GET', url, '--at', 'noon'), { code: 'usage' });
});

test('a role that ends lets in until then and no longer', async (context) => {
  const ask = (at: string) => explained(context, 'tom', 'GET', 'https://sales.example.com/', '--at', at);
  assert.match(await ask('2027-01-28T23:59:59Z'), /^let in/);
  assert.match(await ask('2027-01-29T00:00:00Z'), /^refused/);
});

test('the same as JSON', async (context) => {
  const parsed = JSON.parse(await explained(context, 'ada', 'GET', 'https://wiki.example.com/', '--json'));
  assert.equal(parsed.decision.verdict, 'pass');
  assert.equal(parsed.app, 'wiki');
  assert.deepEqual(parsed.roles, ['analyst']);
});

test('the path is decided on in the form of the gate', async (context) => {
  assert.match(
    await explained(context, 'ada', 'GET', 'https://SALES.example.com:443/%61dmin//x'),
    /^refused/,
  );
  assert.match(await explained(context, 'ada', 'GET', 'https://sales.example.com/ä'), /^let in/);
});

test('who or what is not there is said, with what there is', async (context) => {
  const rejects = (words: string[], message: RegExp) =>
    assert.rejects(explained(context, ...words), (error: Error & { code?: string; remedy?: string }) => {
      assert.equal(error.code, 'usage');
      assert.match(`${error.message} ${error.remedy}`, message);
      return true;
    });
  await rejects(['bob', 'GET', 'https://sales.example.com/'], /no person "bob".*--roles/);
  await rejects(['ada', 'get', 'https://sales.example.com/'], /not an HTTP method/);
  await rejects(['ada', 'GET', '/admin'], /not the https address of an app.*https:\/\/sales/);
  await rejects(['ada', 'GET', 'http://sales.example.com/'], /not the https address/);
  await rejects(['ada', 'GET', 'https://other.example.com/'], /no app is at other\.example\.com/);
  await rejects(['ada', 'GET', 'https://gate.example.com/'], /that is the portal/);
  await rejects(['ada', 'GET', 'https://sales.example.com/a/../b'], /refuses this address.*dot segment/);
});

test('it names the shields that stand before the request, and why', async (context) => {
  const text = await explained(context, 'ada', 'GET', 'https://sales.example.com/orders');
  assert.match(
    text,
    /Shields\n {2}block {4}shd_0000000000000000test {2}query id {2}Only a number cannot change it\./,
  );
});

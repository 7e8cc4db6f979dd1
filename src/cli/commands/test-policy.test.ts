import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testPolicyCommand } from './test-policy.ts';

const CONFIG = `apps:
  sales:
    upstream: http://127.0.0.1:1
    rules:
      - allow: [analyst]
      - { forbid: [analyst], paths: [/admin/**] }
      - { paths: [/pay], methods: [POST], assurance: mfa }
roles: { analyst: {} }
`;

const run = async (context: TestContext, tests: string, ...words: string[]) => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'gatehouse.test.yaml');
  await writeFile(join(directory, 'gatehouse.yaml'), CONFIG);
  await writeFile(file, tests);
  const lines: string[] = [];
  context.mock.method(console, 'log', (line: string) => void lines.push(line));
  process.exitCode = 0;
  await testPolicyCommand().parseAsync([file, ...words], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = 0;
  return { text: lines.join('\n').replaceAll(directory, 'DIR'), code };
};

const GOOD = `tests:
  - analyst GET https://localhost:8443/: allowed
  - analyst GET /admin: refused
  - analyst POST /pay: mfa
  - anonymous GET /: sign-in
  - nobody GET /: refused
`;

test('examples that hold are listed and counted', async (context) => {
  const { text, code } = await run(context, GOOD);
  assert.equal(code, 0);
  assert.match(text, /^ok {6}2 {2}analyst GET https:\/\/localhost:8443\/: allowed$/m);
  assert.match(text, /5 examples, none failed$/);
});

test('an example that does not hold says what it is instead, by which line, and fails the run', async (context) => {
  const { text, code } = await run(context, `${GOOD}  - analyst GET /admin/x: allowed\n`);
  assert.equal(code, 1);
  assert.match(
    text,
    /FAIL {4}7 {2}analyst GET \/admin\/x: allowed\n {11}refused, not allowed: DIR\/gatehouse\.yaml:6 apps\.sales\.rules\[1\]: forbid analyst on \/admin\/\*\*/,
  );
  assert.match(text, /6 examples, 1 failed$/);
});

test('the same as JSON', async (context) => {
  const { text, code } = await run(context, 'tests: [analyst GET /: refused]', '--json');
  assert.equal(code, 1);
  const report = JSON.parse(text);
  assert.equal(report.failed, 1);
  assert.equal(report.results[0].outcome.kind, 'allowed');
});

test('an example about nobody or nothing of the configuration is a fault of the file', async (context) => {
  for (const [tests, says] of [
    ['tests: [analist GET /: allowed]', /no role "analist"/],
    ['tests: [analyst GET https://other.example.com/: allowed]', /no app is at/],
    ['tests: [analyst GET /a/../b: allowed]', /dot segment/],
    ['tests: []', /the list is empty/],
  ] as const) {
    await assert.rejects(run(context, tests), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'config-invalid');
      assert.match(error.message, says);
      return true;
    });
  }
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkCommand } from './check.ts';

const check = async (context: TestContext, text: string, ...words: string[]) => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-check-'));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'gatehouse.yaml');
  await writeFile(file, text);
  const lines: string[] = [];
  context.mock.method(console, 'log', (line: string) => void lines.push(line));
  process.exitCode = 0;
  await checkCommand().parseAsync(['--config', file, ...words], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = 0;
  return { text: lines.join('\n').replaceAll(file, 'FILE'), code };
};

const BAD = 'apps:\n  sales:\n    upstrem: http://127.0.0.1:1\n    run: x\n';

test('a problem is shown with place, field, line of the file and remedy', async (context) => {
  const { text, code } = await check(context, BAD);
  assert.equal(code, 1);
  assert.equal(
    text,
    `FILE:3:5 apps.sales.upstrem: unknown field "upstrem"
  2 |   sales:
  3 |     upstrem: http://127.0.0.1:1
    |     ^
  Did you mean "upstream"?

1 problem`,
  );
});

test('a configuration that is fine is counted, with what its writer should know', async (context) => {
  const { text, code } = await check(context, 'apps:\n  sales: { run: x }\n');
  assert.equal(code, 0);
  assert.match(text, /note FILE:2 apps\.sales: it has no rules/);
  assert.match(text, /fine FILE: 1 app, 0 rules, 3 roles/);
});

test('the same as JSON', async (context) => {
  const bad = await check(context, BAD, '--json');
  assert.equal(bad.code, 1);
  assert.deepEqual(JSON.parse(bad.text).problems[0].field, 'apps.sales.upstrem');
  const good = await check(context, 'apps:\n  sales: { run: x }\n', '--json');
  assert.equal(good.code, 0);
  assert.equal(JSON.parse(good.text).ok, true);
});

test('it prints the schema for editors', async (context) => {
  const { text } = await check(context, '', '--schema');
  assert.ok(JSON.parse(text).properties.apps);
});

test('control characters of the file do not reach the terminal', async (context) => {
  const { text } = await check(context, `apps: {}\nx\u001b[31my: 1\n`);
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
});

test('a file that is not there is an error of its own', async (context) => {
  context.mock.method(console, 'log', () => {});
  await assert.rejects(checkCommand().parseAsync(['--config', '/nowhere/gatehouse.yaml'], { from: 'user' }), {
    code: 'config-unreadable',
  });
});

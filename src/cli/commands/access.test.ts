import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { accessCommand } from './access.ts';

const config = (rules: string) => `apps:
  sales:
    upstream: http://127.0.0.1:1
    rules:
      - allow: [user]
${rules}`;

const FORBID = '      - { forbid: [user], paths: [/admin/**] }\n';

const diff = async (context: TestContext, before: string, after: string, ...words: string[]) => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-diff-'));
  context.after(() => rm(directory, { recursive: true }));
  const [old, fresh] = [join(directory, 'old.yaml'), join(directory, 'new.yaml')];
  await writeFile(old, before);
  await writeFile(fresh, after);
  const lines: string[] = [];
  context.mock.method(console, 'log', (line: string) => void lines.push(line));
  process.exitCode = 0;
  await accessCommand().parseAsync(['diff', old, fresh, ...words], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = 0;
  return { text: lines.join('\n').replaceAll(fresh, 'NEW'), code };
};

test('what an edit opens is said by role and route, with the line that now decides', async (context) => {
  const { text, code } = await diff(context, config(FORBID), config(''));
  assert.equal(
    text,
    'sales\n  opens  user  every method /admin/**  refused > allowed  NEW:5 allow user\n1 opened, 0 closed.',
  );
  assert.equal(code, 0);
});

test('a pipeline can be stopped by what opens, not by what closes', async (context) => {
  assert.equal((await diff(context, config(FORBID), config(''), '--exit-code')).code, 1);
  assert.equal((await diff(context, config(''), config(FORBID), '--exit-code')).code, 0);
});

test('an edit that changes nothing for anybody says so', async (context) => {
  const { text } = await diff(context, config(FORBID), `# a comment\n${config(FORBID)}`);
  assert.equal(text, 'Nobody may more or less than before.');
  assert.deepEqual(JSON.parse((await diff(context, config(''), config(''), '--json')).text), {
    differences: [],
    complete: true,
  });
});

test('a file that is refused is not compared', async (context) => {
  await assert.rejects(diff(context, config(''), 'apps: 5'), { code: 'config-invalid' });
});

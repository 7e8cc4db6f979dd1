import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGatehouseError } from '../../core/index.ts';
import { splitCommand } from './split-command.ts';

test('a command is split at spaces, quotes and backslashes as a shell would', () => {
  assert.deepEqual(splitCommand('streamlit run sales.py'), ['streamlit', 'run', 'sales.py']);
  assert.deepEqual(splitCommand(`  python 'my app.py' --title="A \\"b\\" c" d\\ e ''`), [
    'python',
    'my app.py',
    '--title=A "b" c',
    'd e',
    '',
  ]);
});

test('variables, pipes and globs are never given to a shell', () => {
  assert.deepEqual(splitCommand('node $HOME/*.js; rm -rf |x `y`'), [
    'node',
    '$HOME/*.js;',
    'rm',
    '-rf',
    '|x',
    '`y`',
  ]);
});

test('an open quote, a lone backslash and an empty text are refused', () => {
  for (const text of [`flask 'run`, 'flask "run', 'flask run\\', '', '   ']) {
    assert.throws(
      () => splitCommand(text),
      (error) => isGatehouseError(error, 'usage'),
      text,
    );
  }
});

test('words that are quoted come back as they were', () => {
  const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 8 }), (words) => {
      assert.deepEqual(splitCommand(words.map(quoted).join(' ')), words);
    }),
  );
});

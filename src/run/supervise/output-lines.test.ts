import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OutputLines } from './output-lines.ts';

const linesOf = (...chunks: (string | Uint8Array)[]): string[] => {
  const lines: string[] = [];
  const splitter = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
};

test('lines come whole however the output was cut, the last one without its end too', () => {
  assert.deepEqual(linesOf('one\r\ntw', 'o\n\nthree'), ['one', 'two', '', 'three']);
  const euro = Buffer.from('€\n');
  assert.deepEqual(linesOf(euro.subarray(0, 2), euro.subarray(2)), ['€']);
});

test('colours pass; sequences that move the cursor, set the title or forge lines do not', () => {
  assert.deepEqual(linesOf('\x1b[1;31mred\x1b[0m\tok\n'), ['\x1b[1;31mred\x1b[0m\tok']);
  assert.deepEqual(linesOf('\x1b[2J\x1b]0;title\x07a\x9b2Jb\x00\n'), ['[2J]0;titlea2Jb']);
});

test('a progress bar that rewrites its line shows its last state', () => {
  assert.deepEqual(linesOf('10%\r50%\r100%\r\n'), ['100%']);
});

test('a line without end is handed on in pieces and never kept whole', () => {
  const lines = linesOf('x'.repeat(100_000));
  assert.equal(lines.join('').length, 100_000);
  assert.ok(lines.every((line) => line.length <= 16_384));
});

test('no output can put a control character other than tab and colours into a line', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
      for (const line of linesOf(...chunks)) {
        assert.doesNotMatch(line.replace(/\x1b\[[0-9;:]*m/g, ''), /[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
      }
    }),
  );
});

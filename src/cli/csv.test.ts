import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCsv } from './csv.ts';

test('records know the line they begin in, whatever their cells and line ends hold', () => {
  const text = '\uFEFFname,hash\r\nana,"a,""b"""\r\n\r\n"bo\nb",\r\ncy,x';
  assert.deepEqual(readCsv(text), [
    { line: 1, cells: ['name', 'hash'] },
    { line: 2, cells: ['ana', 'a,"b"'] },
    { line: 4, cells: ['bo\nb', ''] },
    { line: 6, cells: ['cy', 'x'] },
  ]);
});

test('a quote that never closes, and text behind one, are named with their line', () => {
  assert.match(readCsv('a\n"b\nc\n').at(-1)?.fault ?? '', /never closed/);
  assert.deepEqual(readCsv('a\n"b"c\nd').at(-1)?.line, 2);
  assert.match(readCsv('a\n"b"c\nd').at(-1)?.fault ?? '', /behind a closing quote/);
});

test('what is written as CSV comes back as it was', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 }), (rows) => {
      const text = rows
        .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
        .join('\r\n');
      assert.deepEqual(
        readCsv(text).map(({ cells }) => cells),
        rows,
      );
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineTable } from './lines.ts';

test('lines end at LF, CR LF and CR', () => {
  const lines = new LineTable('a\nb\r\nc\rd');
  assert.equal(lines.count, 4);
  assert.deepEqual(
    [0, 1, 2, 4, 5, 7].map((offset) => lines.positionAt(offset)),
    [
      { offset: 0, line: 1, column: 0 },
      { offset: 1, line: 1, column: 1 },
      { offset: 2, line: 2, column: 0 },
      { offset: 4, line: 2, column: 2 },
      { offset: 5, line: 3, column: 0 },
      { offset: 7, line: 4, column: 0 },
    ],
  );
});

test('columns count UTF-16 units, or bytes of UTF-8 as CPython does', () => {
  const lines = new LineTable('x\né😀y');
  assert.equal(lines.positionAt(5).column, 3);
  assert.equal(lines.utf8ColumnAt(5), 6);
});

test('every offset has the line whose start is the last one before it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r', '\r\n')), (parts) => {
      const source = parts.join('');
      const lines = new LineTable(source);
      for (let offset = 0; offset <= source.length; offset++) {
        const line = lines.lineAt(offset);
        assert.ok(lines.startOf(line) <= offset);
        if (line < lines.count) assert.ok(lines.startOf(line + 1) > offset);
      }
    }),
  );
});

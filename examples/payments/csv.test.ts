import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsvFault, csvLine, MOST_ROWS, parseCsv } from './csv.ts';

const cellsOf = (text: string): string[][] => parseCsv(text).map(({ cells }) => cells);

test('commas, semicolons and tabs separate, in the dress of any spreadsheet', () => {
  const rows = [
    ['id', 'amount'],
    ['a', '1'],
  ];
  assert.deepEqual(cellsOf('id,amount\na,1\n'), rows);
  assert.deepEqual(cellsOf('\uFEFFid;amount\r\na;1\r\n\r\n'), rows);
  assert.deepEqual(cellsOf('id\tamount\n a \t1'), rows);
});

test('quotes hold separators, quotes and line breaks, and lines are counted through them', () => {
  const text = 'id,note\n"a ""b"", c","two\nlines"\nlast,1';
  assert.deepEqual(cellsOf(text).slice(1), [
    ['a "b", c', 'two\nlines'],
    ['last', '1'],
  ]);
  assert.deepEqual(
    parseCsv(text).map(({ line }) => line),
    [1, 2, 4],
  );
});

test('what cannot be read is refused with its line', () => {
  for (const [text, line] of [
    ['a,b\n"open', 2],
    ['a,b\nx"y",1', 2],
    ['a,b\n"x"y,1', 2],
    [`a\n${'1\n'.repeat(MOST_ROWS + 1)}`, MOST_ROWS + 1],
  ] as const) {
    assert.throws(
      () => parseCsv(text),
      (error) => error instanceof CsvFault && error.line === line,
    );
  }
});

test('every cell that is written is read back, but for the apostrophe that disarms a formula', () => {
  assert.equal(csvLine(['=1+1', '@x', 'plain', -5]), "'=1+1,'@x,plain,-5\n");
  const cell = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/^[\s=+\-@]|\s$|\r/.test(text));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      assert.deepEqual(cellsOf(`h,h\n${csvLine(cells)}`)[1], cells);
    }),
  );
});

test('no text makes it fail in any other way', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', ' ') }), (text) => {
      try {
        parseCsv(text);
      } catch (error) {
        assert.ok(error instanceof CsvFault);
      }
    }),
  );
});

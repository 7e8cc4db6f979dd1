import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePython } from './encoding.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

const messagesOf = (bytes: Uint8Array): string[] =>
  decodePython(bytes).problems.map(({ message }) => message);

test('a file is read as UTF-8 unless it says otherwise', () => {
  const bytes = Buffer.from('x = "é😀"');
  assert.deepEqual(decodePython(bytes), { source: 'x = "é😀"', encoding: 'utf-8', problems: [] });
});

test('a byte order mark is left out of the text', () => {
  assert.deepEqual(decodePython(Buffer.concat([BOM, Buffer.from('x')])), {
    source: 'x',
    encoding: 'utf-8',
    problems: [],
  });
});

test('a comment in the first two lines declares the encoding', () => {
  for (const head of [
    '# coding: latin-1\n',
    '#!/usr/bin/env python\n# -*- coding: iso-8859-1 -*-\n',
    '\n#vim:fileencoding=L1\n',
  ]) {
    const { source, encoding, problems } = decodePython(latin(`${head}x = "é\x80"`));
    assert.deepEqual([source, encoding, problems], [`${head}x = "é\x80"`, 'latin-1', []]);
  }
});

test('a comment behind code or in the third line declares nothing', () => {
  for (const head of ['x\n# coding: latin-1\n', '\n\n# coding: latin-1\n', '"# coding: latin-1"\n']) {
    assert.deepEqual(messagesOf(latin(`${head}"é"`)), ['bytes that are not UTF-8'], head);
  }
});

test('encodings go by the names that Python gives them', () => {
  for (const [name, byte, character] of [
    ['cp1252', 0x80, '€'],
    ['windows-1251', 0xe9, 'й'],
    ['koi8_r', 0xc1, 'а'],
    ['iso8859-15', 0xa4, '€'],
    ['mac-roman', 0x8e, 'é'],
    ['macroman', 0x8e, 'é'],
    ['cp932', 0xb1, 'ｱ'],
  ] as const) {
    const bytes = Buffer.concat([latin(`# coding: ${name}\n`), Buffer.from([byte])]);
    const { source, problems } = decodePython(bytes);
    assert.deepEqual(problems, [], name);
    assert.equal(source.at(-1), character, name);
  }
});

test('bytes that the encoding does not have are reported where they stand and replaced', () => {
  const { source, problems } = decodePython(Buffer.concat([Buffer.from('é = "'), latin('\xe9"')]));
  assert.deepEqual(problems, [{ message: 'bytes that are not UTF-8', offset: 5 }]);
  assert.equal(source, 'é = "\ufffd"');
  assert.deepEqual(messagesOf(latin('# coding: ascii\n"\xe9"')), ['bytes that are not ASCII']);
  assert.deepEqual(messagesOf(latin('# coding: euc-jp\n"\xe9"')), ['bytes that are not euc-jp']);
});

test('an unknown encoding, and a mark that contradicts the declaration, are reported, and the text is read', () => {
  assert.deepEqual(messagesOf(latin('# coding: nonsense\nx')), ['an unknown encoding']);
  const { source, problems } = decodePython(Buffer.concat([BOM, latin('# coding: latin-1\nx')]));
  assert.equal(problems.length, 1);
  assert.equal(source, '# coding: latin-1\nx');
});

test('UTF-16 is read by its mark, and reported', () => {
  const { source, problems } = decodePython(Buffer.from('\ufeffx = 1', 'utf16le'));
  assert.equal(source, 'x = 1');
  assert.equal(problems.length, 1);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parsePython } from '../../../src/scan/python/parse.ts';
import { codePointNamed, tableText } from '../../../src/scan/python/parser/unicode-names.ts';
import { mutateCharacters, mutateTokens } from './mutate.ts';
import { freshTable } from './names-table.ts';
import { loadOracle, type Oracle, type SourceFile } from './oracle.ts';
import { pick, randomOf } from './random.ts';
import { readSnippets } from './snippets.ts';

// What is refused by one and not by the other, or has another tree: the oracle decides both.

const MUTANTS = process.env['PARSER_ORACLE'] === 'all' ? 100_000 : 2_000;
const LONGEST_STATEMENT = 1_500;

let oracle: Oracle;
let library: SourceFile[];
before(async () => {
  oracle = await loadOracle();
  library = oracle.standardLibrary();
});

const differs = (text: string): string | null => {
  const { difference } = oracle.compare(Buffer.from(text));
  return difference === null ? null : `${JSON.stringify(text)}\n  ${difference}`;
};

test('every edge case has the tree of CPython 3.14, or is refused as it is there', () => {
  const wrong = readSnippets().flatMap(({ name, text }) => {
    const difference = differs(text);
    return difference === null ? [] : [`${name}: ${difference}`];
  });
  assert.deepEqual(wrong, []);
});

test('an edge case cut off anywhere has the tree of CPython 3.14, or is refused as it is there', () => {
  const random = randomOf(14);
  const wrong = readSnippets().flatMap(({ name, text }) => {
    const difference = differs(text.slice(0, Math.floor(random() * text.length)));
    return difference === null ? [] : [`${name}: ${difference}`];
  });
  assert.deepEqual(wrong, []);
});

// CPython 3.14 loses track of the text of `{a=}` in a format specification: behind another field it repeats that one's,
// and a level deeper it has none.
const FORGETFUL = /["'][^\n]*:[^\n]*\{[^\n{}]*=/;

// A statement of the standard library, or one of our own cases.
const original = (random: () => number, snippets: readonly { text: string }[]): string => {
  const own = pick(random, snippets, { text: '' }).text;
  if (random() < 0.5) return own;
  const { bytes } = pick(random, library, { name: '', bytes: new Uint8Array() });
  const { module, source } = parsePython(bytes);
  const short = module.body.filter(({ start, end }) => end - start < LONGEST_STATEMENT);
  const statement = pick(random, short, undefined);
  return statement === undefined ? own : `${source.slice(statement.start, statement.end)}\n`;
};

for (const [name, mutate] of [
  ['tokens', mutateTokens],
  ['characters', mutateCharacters],
] as const) {
  test(`${MUTANTS} statements with changed ${name} are accepted or refused as by CPython, with the same trees`, () => {
    const random = randomOf(2026);
    const snippets = readSnippets();
    let accepted = 0;
    for (let i = 0; i < MUTANTS; i++) {
      let text = mutate(random, original(random, snippets));
      if (random() < 0.5) text = mutate(random, text);
      if (FORGETFUL.test(text)) continue;
      const result = oracle.compare(Buffer.from(text));
      assert.equal(result.difference, null, JSON.stringify(text));
      if (result.accepted) accepted++;
    }
    // Enough of both, so that neither half of the claim is empty.
    assert.ok(accepted > MUTANTS / 10 && accepted < MUTANTS * 0.9, `${accepted} accepted`);
  });
}

test('the table of names of characters is the one that CPython has', () => {
  assert.equal(freshTable(oracle), tableText());
});

test('names of characters that follow a rule are found as in CPython', () => {
  const random = randomOf(7);
  const codes = Array.from({ length: 20_000 }, () => Math.floor(random() * 0x110000));
  const syllables = Array.from({ length: 0xd7a4 - 0xac00 }, (_, at) => 0xac00 + at);
  const names = oracle.namesOf([...codes, ...syllables]);
  assert.ok(names.length > 11_172);
  assert.equal(names.map((name) => `${name} ${codePointNamed(name)}`).join('\n'), oracle.lookUp(names));
  for (const name of ['HANGUL SYLLABLE', 'HANGUL SYLLABLE GX', 'CJK UNIFIED IDEOGRAPH-FFFF', 'BULLET ', '']) {
    assert.equal(codePointNamed(name), null, name);
  }
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parsePython } from '../../../src/scan/python/parse.ts';
import type { ParseResult } from '../../../src/scan/python/result.ts';
import { walk } from '../../../src/scan/python/walk.ts';
import { mutateCharacters, mutateTokens } from './mutate.ts';
import { loadOracle, type Oracle, type SourceFile } from './oracle.ts';
import { pick, randomOf } from './random.ts';

const DAMAGED = 400;
const NOTHING: SourceFile = { name: '', bytes: new Uint8Array() };

let oracle: Oracle;
let library: SourceFile[];
before(async () => {
  oracle = await loadOracle();
  library = oracle.standardLibrary();
});

test('the whole standard library has, node for node, the trees of CPython 3.14', (t) => {
  const wrong: string[] = [];
  let accepted = 0;
  for (const { name, bytes } of library) {
    const result = oracle.compare(bytes);
    if (result.difference !== null) wrong.push(`${name}: ${result.difference}`);
    if (result.accepted) accepted++;
  }
  t.diagnostic(`${library.length} files, ${accepted} accepted by CPython`);
  assert.ok(library.length > 500);
  assert.deepEqual(wrong, []);
});

// The first offset at which two texts differ.
const firstChange = (before: string, after: string): number => {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  return at;
};

const assertWithinText = ({ module, source }: ParseResult): void => {
  for (const node of walk(module)) {
    assert.ok(node.start >= 0 && node.start <= node.end && node.end <= source.length, node.type);
  }
};

// What stands before the line of a change must be as it was: all statements of the file but the one that was changed.
const assertSameBefore = (whole: ParseResult, damaged: ParseResult, name: string): void => {
  const change = firstChange(whole.source, damaged.source);
  const limit = whole.lines.startOf(whole.lines.lineAt(change));
  const kept = whole.module.body.filter(({ end }) => end < limit).slice(0, -1);
  assert.deepEqual(damaged.module.body.slice(0, kept.length), kept, name);
};

test('of a file that is cut off anywhere, everything before the cut is kept', () => {
  const random = randomOf(1);
  for (let i = 0; i < DAMAGED; i++) {
    const { name, bytes } = pick(random, library, NOTHING);
    const whole = parsePython(bytes);
    const cut = Math.floor(random() * whole.source.length);
    const damaged = parsePython(whole.source.slice(0, cut));
    assertWithinText(damaged);
    assertSameBefore(whole, damaged, `${name} cut at ${cut}`);
  }
});

// How often each simple statement stands in a file, by its text.
const statementsOf = ({ module, source }: ParseResult): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { type, start, end } of walk(module)) {
    if (type !== 'Assign' && type !== 'Expr' && type !== 'Return' && type !== 'ImportFrom') continue;
    const text = source.slice(start, end);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
};

test('of a file with an error anywhere, nearly all statements are kept', (t) => {
  const random = randomOf(2);
  const shares: number[] = [];
  let total = 0;
  let lost = 0;
  for (let i = 0; i < DAMAGED; i++) {
    const { name, bytes } = pick(random, library, NOTHING);
    const whole = parsePython(bytes);
    const mutate = random() < 0.5 ? mutateTokens : mutateCharacters;
    const text = mutate(random, whole.source);
    // A mutation that cuts the file off is the affair of the test above.
    if (text.length < whole.source.length - 200) continue;
    const damaged = parsePython(text);
    assertWithinText(damaged);
    assertSameBefore(whole, damaged, name);
    const left = statementsOf(damaged);
    let here = 0;
    let gone = 0;
    for (const [statement, count] of statementsOf(whole)) {
      here += count;
      gone += Math.max(0, count - (left.get(statement) ?? 0));
    }
    total += here;
    lost += gone;
    // In a short file the one statement that was changed is a large share.
    if (here >= 40) shares.push(gone / here);
  }
  shares.sort((a, b) => a - b);
  t.diagnostic(`${lost} of ${total} statements lost`);
  assert.ok(lost / total < 0.03, `${lost} of ${total} statements lost`);
  assert.ok(
    (shares[Math.floor(shares.length * 0.9)] ?? 1) < 0.05,
    'in nine of ten files less than a twentieth',
  );
});

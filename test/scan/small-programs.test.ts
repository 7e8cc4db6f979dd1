import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RULES } from '../../src/scan/index.ts';
import { smallPrograms, wrongOf } from './small-programs.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-small-'));
after(() => rmSync(root, { recursive: true }));

const all = smallPrograms();

test('each small program names rules that exist', () => {
  for (const { expected } of all)
    for (const each of expected) assert.ok(RULES.has(each.split(' ')[1] ?? ''), each);
});

for (const kind of new Set(all.map((program) => program.kind))) {
  test(`${kind}: small programs get their expected findings and no other of weight`, () => {
    const mine = all.filter((program) => program.kind === kind);
    assert.deepEqual(
      mine.flatMap((program) => wrongOf(program, mkdtempSync(join(root, 'p')))),
      [],
    );
  });
}

test('of the programs that nothing was mended for, at least 85 of 100 get the right answer', (t) => {
  const held = smallPrograms('held');
  assert.ok(held.length >= 100);
  const wrong = held.flatMap((program) => wrongOf(program, mkdtempSync(join(root, 'h'))));
  const right = held.length - new Set(wrong.map((each) => each.replace(/: (missed|false) .*$/, ''))).size;
  t.diagnostic(`${right} of ${held.length}; ${wrong.length} findings wrong`);
  assert.ok(right >= held.length * 0.85, String(right));
});

test('the same program written differently gets the same answer', () => {
  const variants = all.flatMap((program) => program.variants);
  assert.ok(variants.length > 800, String(variants.length));
  assert.deepEqual(
    variants.flatMap((program) => wrongOf(program, mkdtempSync(join(root, 'v')))),
    [],
  );
});

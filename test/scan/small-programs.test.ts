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

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RULES, scan } from '../../src/scan/index.ts';
import { type SmallProgram, smallPrograms } from './small-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-small-'));
after(() => rmSync(folder, { recursive: true }));

/** What was expected and is not there, and what of weight is there and was not expected. */
const wrong = (program: SmallProgram): string[] => {
  const file = join(folder, 'program.py');
  writeFileSync(file, program.source);
  const { findings } = scan([file]);
  const found = new Set(findings.map(({ place, rule }) => `${place.line} ${rule}`));
  const weighty = findings.filter(
    ({ confidence, severity }) => confidence !== 'possible' && severity !== 'low',
  );
  return [
    ...program.expected.filter((each) => !found.has(each)).map((each) => `missed ${each}`),
    ...weighty
      .map(({ place, rule }) => `${place.line} ${rule}`)
      .filter((each) => !program.expected.includes(each))
      .map((each) => `false ${each}`),
  ].map((each) => `${program.kind}, ${program.name}: ${each}`);
};

const all = smallPrograms();

test('each small program names rules that exist', () => {
  for (const { expected } of all)
    for (const each of expected) assert.ok(RULES.has(each.split(' ')[1] ?? ''), each);
});

for (const kind of new Set(all.map((program) => program.kind))) {
  test(`${kind}: small programs get their expected findings and no other of weight`, () => {
    assert.deepEqual(all.filter((program) => program.kind === kind).flatMap(wrong), []);
  });
}

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findingSchema } from '../../src/core/index.ts';
import { RULES, scan } from '../../src/scan/index.ts';
import { type Program, programs, variants } from './corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-corpus-'));
after(() => rmSync(folder, { recursive: true }));

const FLOWS = new Set([...RULES.values()].filter((rule) => rule.says !== '').map((rule) => rule.id));

/** What is wrong with the answer to `program`, or null. */
const wrong = (program: Program): string | null => {
  const file = join(folder, 'program.py');
  writeFileSync(file, program.source);
  const found = scan([file]).findings.filter((finding) => FLOWS.has(finding.rule));
  const said =
    found.map((finding) => `${finding.rule} in line ${finding.place.line}`).join(', ') || 'nothing';
  if (program.expect === null)
    return found.length === 0 ? null : `${program.name}: should be silent, said ${said}`;
  const hit = found.some((finding) => finding.rule === program.expect && finding.place.line === program.line);
  return hit ? null : `${program.name}: ${program.expect} in line ${program.line} missed, said ${said}`;
};

const misses = (list: readonly Program[]): string[] => list.map(wrong).filter((each) => each !== null);

test('every program of the tuned half gets its expected answer', () => {
  const all = programs('tuned');
  assert.ok(all.length >= 500);
  assert.deepEqual(misses(all), []);
});

test('the held half gets its expected answer in at least 99 of 100 programs', (t) => {
  const all = programs('held');
  const missed = misses(all);
  t.diagnostic(`${all.length - missed.length} of ${all.length}`);
  for (const each of missed) t.diagnostic(each);
  assert.ok(missed.length <= all.length / 100, missed.join('\n'));
});

test('other names and code between change no answer', () => {
  const all = programs('tuned')
    .filter((_, i) => i % 3 === 0)
    .flatMap(variants);
  assert.deepEqual(misses(all), []);
});

const EXACT = [...FLOWS, ...RULES.keys()];
const PROGRAMS = join(import.meta.dirname, '../corpus/programs');
for (const name of readdirSync(PROGRAMS).filter((each) => each.endsWith('.py'))) {
  test(`${name}: what is expected is found, and nothing else of weight`, () => {
    const lines = readFileSync(join(PROGRAMS, name), 'utf8').split('\n');
    const expected = lines.flatMap((line, i) => {
      const rule = /# expect: (\S+)/.exec(line)?.[1];
      return rule === undefined ? [] : [`${i + 1} ${rule}`];
    });
    assert.ok(expected.every((each) => EXACT.includes(each.split(' ')[1] ?? '')));
    const { findings } = scan([join(PROGRAMS, name)]);
    for (const finding of findings) findingSchema.parse(finding);
    const found = findings
      .filter(
        (finding) =>
          finding.confidence !== 'possible' || expected.includes(`${finding.place.line} ${finding.rule}`),
      )
      .map((finding) => `${finding.place.line} ${finding.rule}`);
    assert.deepEqual([...new Set(found)].sort(), expected.sort());
  });
}

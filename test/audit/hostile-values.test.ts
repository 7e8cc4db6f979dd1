import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  exportLog,
  type LogEntry,
  openSecurityLog,
  printable,
  readSecurityLog,
  verifySecurityLog,
} from '../../src/audit/index.ts';
import { EVENT_FIELDS, type EventFields, type FieldName, systemClock } from '../../src/core/index.ts';

// Lesson 20: a value makes no second record and obeys nobody, and planted secrets appear in no sink.

const root = mkdtempSync(join(tmpdir(), 'gatehouse-hostile-'));
const directory = join(root, 'data');
after(() => rmSync(root, { recursive: true, force: true }));

const HOSTILE = [
  'a\nb',
  'a\r\nb',
  'a\u0085b\u2028c\u2029d',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u009b31m',
  'a|b=c]d"e\\f',
  '","outcome":"success","x":"',
  '=HYPERLINK("http://evil.test")',
  '@SUM(1+1)',
  '\u202egnp.exe',
  '\ud800 alone',
  '\u0000nul',
  '"personal":{}',
  '","type":"log.erased',
  '<14>1 2026-01-01T00:00:00Z host app - - - injected',
  "'; DROP TABLE entries; --",
  '__proto__',
];

const PLANTED = {
  password: 'Tr0ub4dor-planted',
  cookie: 'planted-cookie-value',
  bearer: 'planted.bearer.value',
  card: '4111 1111 1111 1111',
};

const textFields = Object.entries(EVENT_FIELDS)
  .filter(([, { tag, schema }]) => tag !== 'never' && schema.type === 'string')
  .map(([name]) => name as FieldName);

let count = 0;

before(async () => {
  const log = await openSecurityLog({ directory, clock: systemClock, limits: { burst: 100_000 } });
  for (const name of textFields) {
    for (const value of HOSTILE) {
      await log.record({
        type: 'session.ended',
        outcome: 'success',
        fields: { [name]: value } as EventFields,
      });
      count++;
    }
    const secrets = `password=${PLANTED.password}`;
    for (const value of [
      secrets,
      `Cookie: sid=${PLANTED.cookie}`,
      `Authorization: Bearer ${PLANTED.bearer}`,
      `card ${PLANTED.card}`,
    ]) {
      await log.record({
        type: 'request.refused',
        outcome: 'refused',
        fields: { [name]: value } as EventFields,
      });
      count++;
    }
  }
  await log.close();
});

test('every hostile value in every field is one entry, and the log verifies', async () => {
  const entries: LogEntry[] = [];
  for await (const entry of readSecurityLog(directory, {})) entries.push(entry);
  assert.equal(entries.length, count);
  assert.ok(entries.every(({ type, outcome }) => (type === 'session.ended') === (outcome === 'success')));
  const report = await verifySecurityLog({ directory });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.entries, count);
});

for (const format of ['jsonl', 'csv', 'ocsf'] as const) {
  test(`as ${format}, every entry is one line for every reader, and no line holds a control`, async () => {
    const lines: string[] = [];
    for await (const line of exportLog(directory, format, {})) lines.push(line);
    assert.equal(lines.length, count + (format === 'csv' ? 1 : 0));
    for (const line of lines) {
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
      if (format === 'csv') assert.doesNotMatch(line, /(?:^|,)"?[=+@\t]/);
      else assert.equal(typeof JSON.parse(line), 'object');
    }
  });
}

test('what goes to a terminal obeys nobody', () => {
  for (const value of HOSTILE)
    assert.doesNotMatch(printable(value), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
});

test('planted secrets are in no file of the log and in no export', async () => {
  const written = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  for (const format of ['jsonl', 'csv', 'ocsf'] as const) {
    for await (const line of exportLog(directory, format, {})) written.push(line);
  }
  for (const text of written) {
    for (const [what, secret] of Object.entries(PLANTED))
      assert.ok(!text.includes(secret), `${what} was written`);
  }
});

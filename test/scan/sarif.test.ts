import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { scan, toSarif } from '../../src/scan/index.ts';
import { smallPrograms } from './small-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sarif-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// The schema of SARIF 2.1.0 as published by OASIS' editors, which that package carries.
const SCHEMA = createRequire(import.meta.url).resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
);
// One of its patterns is none with the flag `u`.
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const fits = ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(SCHEMA, 'utf8'))));

/** What the tests read of a report beyond its schema. */
const report = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({
        driver: z.object({
          rules: z.array(z.object({ id: z.string(), properties: z.object({ tags: z.array(z.string()) }) })),
        }),
      }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          codeFlows: z
            .array(z.object({ threadFlows: z.array(z.object({ locations: z.array(z.unknown()) })) }))
            .optional(),
        }),
      ),
    }),
  ]),
});

const reportOf = (name: string, source: string) => {
  const file = join(folder, name);
  writeFileSync(file, source);
  const log: unknown = JSON.parse(toSarif(scan([file]), '1.2.3'));
  assert.ok(fits(log), JSON.stringify(fits.errors?.slice(0, 3)));
  return report.parse(log).runs[0];
};

test('the report of every small program fits the schema of SARIF 2.1.0', () => {
  for (const { files } of smallPrograms()) {
    const { results, tool } = reportOf('program.py', [...files.values()].join('\n'));
    for (const each of results) assert.equal(tool.driver.rules[each.ruleIndex]?.id, each.ruleId);
  }
});

test('a report of hostile names, and of what was left out, fits the schema too', () => {
  reportOf('a b%20#?é.py', "import os\nos.chmod('x', 0o777)\n");
  reportOf('empty.py', '');
  const broken = reportOf('broken.py', 'def f(:\n  x = = 1\nimport os\n');
  assert.deepEqual(broken.results, []);
});

test('the schema refuses what is not SARIF, so that the tests above can fail', () => {
  assert.ok(!fits({ version: '2.1.0', runs: [{ tool: {}, results: [{ ruleId: 'x' }] }] }));
});

test('a flow has its steps, and its rule the tags of CWE', () => {
  const { results, tool } = reportOf(
    'flow.py',
    `from flask import Flask, request
import os
app = Flask(__name__)

@app.route('/run')
def run():
    command = 'ls ' + request.args['dir']
    os.system(command)
    return 'ok'
`,
  );
  const flow = results.find((each) => each.ruleId === 'py/command-injection');
  assert.ok((flow?.codeFlows?.[0]?.threadFlows[0]?.locations.length ?? 0) >= 2);
  const rule = tool.driver.rules.find((each) => each.id === 'py/command-injection');
  assert.ok(rule?.properties.tags.includes('external/cwe/cwe-78'));
});

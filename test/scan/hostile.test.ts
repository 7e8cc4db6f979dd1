import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scan } from '../../src/scan/index.ts';

// Without their limits the analysis of these takes minutes and more: the runner ends a test after five.
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-hostile-'));
after(() => rmSync(folder, { recursive: true }));

const HANDLER = `from flask import Flask, request
import os
app = Flask(__name__)
@app.get('/a')
def a():
    x = request.args['x']
    os.system(x)
`;

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const scanned = (name: string, source: string) => {
  const file = join(folder, name);
  writeFileSync(file, source);
  return scan([file]);
};

/** What stands before the flood is found, and the report says where the analysis was given up. */
const gaveUp = ({ findings, cuts }: ReturnType<typeof scan>): void => {
  assert.ok(findings.some(({ rule }) => rule === 'py/command-injection'));
  assert.ok(cuts.some(({ what }) => /took more than its budget/.test(what)));
};

test('thousands of branches on a value of the request end with the budget of the function', () => {
  gaveUp(
    scanned('branches.py', HANDLER + many(20_000, (i) => `    if x == 'k${i}':\n        y${i} = ${i}\n`)),
  );
});

test('one try around tens of thousands of assignments ends with the budget of the function', () => {
  const body = many(40_000, (i) => `        y${i} = x + '${i}'\n`);
  gaveUp(scanned('try.py', `${HANDLER}    try:\n${body}    except Exception:\n        pass\n`));
});

test('thousands of functions that call each other in a circle come to an end', () => {
  const circle = many(3_000, (i) => `def f${i}(v):\n    return f${(i + 1) % 3_000}(v)\n`);
  const { findings } = scanned('circle.py', `${circle}${HANDLER}    f0(x)\n`);
  assert.ok(findings.some(({ rule }) => rule === 'py/command-injection'));
});

test('a dict of tens of thousands of values of the request comes to an end', () => {
  const entries = many(50_000, (i) => `'k${i}': x, `);
  const { findings } = scanned('dict.py', `${HANDLER}    d = {${entries}}\n    os.popen(d['k1'])\n`);
  assert.equal(findings.filter(({ rule }) => rule === 'py/command-injection').length, 2);
});

test('objects of a module that all hold one another are gone through once', () => {
  const nodes = many(300, (i) => `n${i} = {}\n`);
  const links = many(300, (i) => `n${i}.update({${many(300, (j) => `'k${j}': n${j}, `)}})\n`);
  const { findings } = scanned(
    'web.py',
    `${nodes}${links}${HANDLER}    os.system(str(n0) + x)\n    print(n1)\n`,
  );
  assert.ok(findings.some(({ rule }) => rule === 'py/command-injection'));
});

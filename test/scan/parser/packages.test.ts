import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadOracle } from './oracle.ts';
import { filesOf, PACKAGES, whyNoPackages } from './packages.ts';
import { randomOf, sample } from './random.ts';

// PARSER_ORACLE=all compares every file of all twenty packages, which takes several minutes.
const EVERYTHING = process.env['PARSER_ORACLE'] === 'all';
const FILES_A_PACKAGE = 25;

const missing = whyNoPackages();

test('packages of PyPI have, node for node, the trees of CPython 3.14', {
  skip: missing ?? false,
}, async (t) => {
  const oracle = await loadOracle();
  const random = randomOf(20);
  const wrong: string[] = [];
  let count = 0;
  let lines = 0;
  for (const chosen of PACKAGES) {
    if (chosen.large && !EVERYTHING) continue;
    const all = filesOf(chosen);
    for (const { name, bytes } of EVERYTHING ? all : sample(random, all, FILES_A_PACKAGE)) {
      const { difference } = oracle.compare(bytes);
      if (difference !== null) wrong.push(`${name}: ${difference}`);
      count++;
      lines += bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    }
  }
  t.diagnostic(`${count} files, ${lines} lines`);
  assert.ok(count > 200);
  assert.deepEqual(wrong, []);
});

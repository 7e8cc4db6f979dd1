import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePython } from '../python/parse.ts';
import { OP } from './ir.ts';
import { lowerModule } from './lower-module.ts';

const lower = (source: string) =>
  lowerModule(parsePython(source).module, {
    name: 'pkg.mod',
    file: 0,
    path: 'pkg/mod.py',
    isPackage: false,
    digest: 'd',
  });

test('blocks come in an order in which loops alone go back', () => {
  const { body } = lower('for x in y:\n    if x:\n        continue\n    z = x\nelse:\n    z = 1\n');
  for (const block of body.blocks) {
    for (const next of block.next) assert.ok(next.order > block.order || !next.once);
  }
});

test('variables of inner functions live in cells, others in slots', () => {
  const { functions } = lower('def f(a, b):\n    c = a\n    def g():\n        return c\n    return g\n');
  const outer = functions.find((fn) => fn.path === 'f');
  assert.deepEqual([...(outer?.cells ?? [])], ['c']);
  assert.deepEqual(outer?.slots.slice(0, 2), ['a', 'b']);
});

test('relative imports are made absolute', () => {
  const { imports } = lower('from . import a\nfrom ..x import b\nimport os.path\n');
  assert.deepEqual([...imports].sort(), ['os.path', 'pkg', 'x']);
});

test('every temporary that is read in another block outlives its block', () => {
  const { functions } = lower('def f(a, b):\n    return g(a.x, 1 if b else 2, a.y)\n');
  for (const fn of functions) {
    for (const block of fn.blocks) {
      const made = new Set(block.instrs.map((instr) => instr.dst));
      for (const instr of block.instrs) {
        for (const reg of [instr.a, ...instr.args]) {
          assert.ok(reg < fn.slots.length || made.has(reg), `${instr.op} reads ${reg}`);
        }
      }
    }
  }
});

test('a chain of twenty thousand operators and a deep tree are lowered or cut, never thrown at', () => {
  const chain = lower(`x = ${'1 + '.repeat(20_000)}1\n`);
  assert.ok(chain.body.blocks.some((block) => block.instrs.some((instr) => instr.op === OP.binary)));
  assert.ok(lower(`x = a${'.b'.repeat(5_000)}\n`).cuts.length > 0);
});

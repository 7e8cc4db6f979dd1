import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMPTY_ROOT, leafHash, nodeHash } from './hashes.ts';
import {
  consistencyProof,
  inclusionProof,
  rootOf,
  type SubtreeHashes,
  verifyConsistency,
  verifyInclusion,
} from './proofs.ts';
import { TileTree } from './tile-tree.ts';

/** MTH, PATH and PROOF word for word from RFC 6962 section 2.1, slow and plain. */
const naive = {
  split(n: number): number {
    let k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  },
  root(leaves: readonly Buffer[]): Buffer {
    const [only] = leaves;
    if (!only) return EMPTY_ROOT;
    if (leaves.length === 1) return only;
    const k = naive.split(leaves.length);
    return nodeHash(naive.root(leaves.slice(0, k)), naive.root(leaves.slice(k)));
  },
  path(m: number, leaves: readonly Buffer[]): Buffer[] {
    if (leaves.length === 1) return [];
    const k = naive.split(leaves.length);
    return m < k
      ? [...naive.path(m, leaves.slice(0, k)), naive.root(leaves.slice(k))]
      : [...naive.path(m - k, leaves.slice(k)), naive.root(leaves.slice(0, k))];
  },
  subproof(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
    const n = leaves.length;
    if (m === n) return whole ? [] : [naive.root(leaves)];
    const k = naive.split(n);
    return m <= k
      ? [...naive.subproof(m, leaves.slice(0, k), whole), naive.root(leaves.slice(k))]
      : [...naive.subproof(m - k, leaves.slice(k), false), naive.root(leaves.slice(0, k))];
  },
};

const numbered = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

const source =
  (leaves: readonly Buffer[]): SubtreeHashes =>
  async (level, index) =>
    naive.root(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

// The inputs and roots that Certificate Transparency's implementations share for RFC 6962.
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('the known trees of RFC 6962 have their known roots', async () => {
  const leaves = INPUTS.map((input) => leafHash(Buffer.from(input, 'hex')));
  const tree = new TileTree();
  for (const [size, root] of ROOTS.entries()) {
    assert.equal(tree.root().toString('hex'), root);
    assert.equal((await rootOf(source(leaves), size)).toString('hex'), root);
    const leaf = leaves[size];
    if (leaf) tree.append(leaf);
  }
});

test('the proofs of the example in RFC 6962 section 2.1.3 are the ones it names', async () => {
  const [a, b, c, d, e, f, j] = numbered(7) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
  const [k, l] = [nodeHash(g, h), nodeHash(i, j)];
  const hashes = source([a, b, c, d, e, f, j]);
  assert.deepEqual(await inclusionProof(hashes, 0, 7), [b, h, l]);
  assert.deepEqual(await inclusionProof(hashes, 3, 7), [c, g, l]);
  assert.deepEqual(await inclusionProof(hashes, 4, 7), [f, j, k]);
  assert.deepEqual(await inclusionProof(hashes, 6, 7), [i, k]);
  assert.deepEqual(await consistencyProof(hashes, 3, 7), [c, d, g, l]);
  assert.deepEqual(await consistencyProof(hashes, 4, 7), [l]);
  assert.deepEqual(await consistencyProof(hashes, 6, 7), [i, j, k]);
});

test('roots and proofs are those of a naive tree, at every size and place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(), async (size, a, b) => {
      const leaves = numbered(size);
      const [index, old] = [a % size, b % (size + 1)];
      const root = naive.root(leaves);
      const tree = new TileTree();
      for (const leaf of leaves) tree.append(leaf);
      assert.deepEqual(tree.root(), root);

      const path = await inclusionProof(source(leaves), index, size);
      assert.deepEqual(path, naive.path(index, leaves));
      assert.ok(verifyInclusion(leaves[index] ?? EMPTY_ROOT, index, size, path, root));

      const proof = await consistencyProof(source(leaves), old, size);
      if (old > 0) assert.deepEqual(proof, naive.subproof(old, leaves, true));
      assert.ok(verifyConsistency(old, size, naive.root(leaves.slice(0, old)), root, proof));
    }),
    { numRuns: 150 },
  );
});

test('a proof with anything changed is no proof', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 300 }),
      fc.nat(),
      fc.nat(),
      fc.constantFrom('flip', 'drop', 'double', 'index', 'size', 'leaf'),
      async (size, a, b, how) => {
        const leaves = numbered(size);
        const root = naive.root(leaves);
        const index = a % size;
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const path = await inclusionProof(source(leaves), index, size);
        const at = b % path.length;
        const step = Buffer.from(path[at] ?? EMPTY_ROOT);
        step[b % 32] = (step[b % 32] ?? 0) ^ (1 << (b % 8));
        const changed = {
          flip: () => verifyInclusion(leaf, index, size, path.with(at, step), root),
          drop: () => verifyInclusion(leaf, index, size, path.toSpliced(at, 1), root),
          double: () => verifyInclusion(leaf, index, size, path.toSpliced(at, 0, step), root),
          index: () => verifyInclusion(leaf, (index + 1) % size, size, path, root),
          size: () => verifyInclusion(leaf, index, size * 2, path, root),
          leaf: () => verifyInclusion(step, index, size, path, root),
        };
        assert.equal(changed[how](), false);

        const old = 1 + (a % (size - 1));
        const oldRoot = naive.root(leaves.slice(0, old));
        const proof = await consistencyProof(source(leaves), old, size);
        const place = b % proof.length;
        const other = Buffer.from(proof[place] ?? EMPTY_ROOT);
        other[b % 32] = (other[b % 32] ?? 0) ^ 1;
        assert.equal(verifyConsistency(old, size, oldRoot, root, proof.with(place, other)), false);
        assert.equal(verifyConsistency(old, size, oldRoot, root, proof.toSpliced(place, 1)), false);
        assert.equal(verifyConsistency(old, size, oldRoot, other, proof), false);
        assert.equal(verifyConsistency(old, size, other, root, proof), false);
      },
    ),
    { numRuns: 150 },
  );
});

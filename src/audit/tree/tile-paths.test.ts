import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundlePath, hashesAtLevel, tileLevels, tilePath } from './tile-paths.ts';

test('tiles are named as tlog-tiles writes them', () => {
  assert.equal(tilePath(0, 1234067, 256), '0/x001/x234/067');
  assert.equal(tilePath(1, 0, 17), '1/000.p/17');
  assert.equal(tilePath(0, 999, 256), '0/999');
  assert.equal(tilePath(0, 1000, 256), '0/x001/000');
  assert.equal(bundlePath(273, 112), 'entries/273.p/112');
});

test('a tree of 70,000 has the tiles that the specification counts', () => {
  assert.equal(tileLevels(70_000), 3);
  assert.deepEqual(
    [0, 1, 2].map((level) => hashesAtLevel(70_000, level)),
    [273 * 256 + 112, 256 + 17, 1],
  );
  assert.equal(tileLevels(256), 2);
  assert.equal(tileLevels(0), 0);
});

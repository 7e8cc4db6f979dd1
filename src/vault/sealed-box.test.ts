import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGatehouseError, utf8 } from '../core/index.ts';
import { commitmentOf, openWith, type Place, sealWith } from './sealed-box.ts';

const key = randomBytes(32);
const commitment = commitmentOf(key);
const place: Place = { table: 'people', column: 'sealed_profile', row: 'per_1' };

const doesNotOpen = (work: () => unknown, says?: string): void => {
  assert.throws(work, (error) => isGatehouseError(error, 'sealed-value-invalid'), says);
};

test('any value opens at its own place', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.string(),
      fc.string(),
      fc.string(),
      (text, table, column, row) => {
        const at = { table, column, row };
        assert.deepEqual([...openWith(key, commitment, at, sealWith(key, commitment, at, text))], [...text]);
      },
    ),
  );
});

test('a value opens in no other table, column or row, however the names are cut', () => {
  const name = fc.string({ maxLength: 6 });
  fc.assert(
    fc.property(fc.tuple(name, name, name), fc.tuple(name, name, name), ([a, b, c], [d, e, f]) => {
      fc.pre(a !== d || b !== e || c !== f);
      const sealed = sealWith(key, commitment, { table: a, column: b, row: c }, utf8('secret'));
      doesNotOpen(() => openWith(key, commitment, { table: d, column: e, row: f }, sealed));
    }),
  );
  const sealed = sealWith(key, commitment, { table: 'ab', column: 'c', row: 'd' }, utf8('secret'));
  doesNotOpen(() => openWith(key, commitment, { table: 'a', column: 'bc', row: 'd' }, sealed));
});

test('a value with any single bit changed does not open', () => {
  const sealed = sealWith(key, commitment, place, utf8('secret'));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    doesNotOpen(() => openWith(key, commitment, place, changed), `bit ${bit}`);
  }
});

test('a value that was cut anywhere, or that something was added to, does not open', () => {
  const sealed = sealWith(key, commitment, place, utf8('secret'));
  for (let length = 0; length < sealed.length; length++) {
    doesNotOpen(() => openWith(key, commitment, place, sealed.subarray(0, length)), `${length} bytes`);
  }
  doesNotOpen(() => openWith(key, commitment, place, Buffer.concat([sealed, Buffer.of(0)])));
});

test('a tag of 4 bytes is not accepted', () => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 4 });
  const text = Buffer.concat([cipher.update('secret'), cipher.final()]);
  const header = Buffer.concat([Buffer.of(1), commitment]);
  doesNotOpen(() =>
    openWith(key, commitment, place, Buffer.concat([header, nonce, cipher.getAuthTag(), text])),
  );
});

test('a value that names another key does not open, even under a key that would decrypt it (key commitment)', () => {
  const other = randomBytes(32);
  const sealed = sealWith(key, commitment, place, utf8('secret'));
  doesNotOpen(() => openWith(other, commitmentOf(other), place, sealed));
  // The attacker's box: our key does the sealing, the header claims another key.
  const claimed = sealWith(key, commitmentOf(other), place, utf8('secret'));
  doesNotOpen(() => openWith(key, commitment, place, claimed));
});

test('noise of any length is a coded error and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      doesNotOpen(() => openWith(key, commitment, place, noise));
    }),
  );
});

test('the same text sealed twice looks different', () => {
  const [one, two] = [0, 1].map(() => sealWith(key, commitment, place, utf8('secret')));
  assert.ok(one && two && !one.equals(two));
});

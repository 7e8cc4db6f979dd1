import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, parseJson } from './json.ts';

test('outside text is bounded in length and depth before it is parsed', () => {
  assert.throws(() => parseJson('[1,2,3]', { maxLength: 5 }), { code: 'invalid-json' });
  assert.throws(() => parseJson('['.repeat(100_000)), { code: 'invalid-json' });
  assert.throws(() => parseJson('[[1]]', { maxDepth: 1 }), { code: 'invalid-json' });
  assert.deepEqual(parseJson('{"a":"[[[["}', { maxDepth: 1 }), { a: '[[[[' });
});

test('malformed text is an error with a code', () => {
  for (const text of ['', '{', '{"a":1,}', "{'a':1}", 'NaN', '\ufeff{}']) {
    assert.throws(() => parseJson(text), { code: 'invalid-json' }, text);
  }
});

test('a key named __proto__ sets no prototype', () => {
  const value = parseJson('{"__proto__":{"admin":true},"a":{"__proto__":1}}') as Record<string, unknown>;
  assert.equal((value as { admin?: boolean }).admin, undefined);
  assert.equal(Object.keys(value).includes('__proto__'), false);
});

// RFC 8785 section 3.2.3.
test('canonical JSON does not depend on the order of keys and reads back as the same value', () => {
  assert.equal(
    canonicalJson({ b: [1, true, null], a: { z: 'ö', y: undefined } }),
    '{"a":{"z":"ö"},"b":[1,true,null]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});

test('what JSON does not have is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, 1n, '\ud800', Symbol('x')]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});

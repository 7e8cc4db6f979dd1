import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hmacSha256 } from './hmac.ts';

test('is the HMAC of OpenSSL for keys and messages of any length that occurs', () => {
  for (const keyLength of [0, 1, 32, 64]) {
    const key = randomBytes(keyLength);
    const mac = hmacSha256(key);
    for (const lengths of [[], [0], [32, 12, 32], [1, 64, 65], [32, 12, 32_768]]) {
      const parts = lengths.map((length) => randomBytes(length));
      const expected = createHmac('sha256', key).update(Buffer.concat(parts)).digest();
      assert.deepEqual(mac(parts), expected);
    }
  }
});

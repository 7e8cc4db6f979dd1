import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { clockError, matchingStep, stepAt, totpCode } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

test('the codes are those of RFC 6238, appendix B', () => {
  const vectors: readonly (readonly [seconds: number, code: string])[] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ];
  for (const [seconds, code] of vectors) {
    assert.equal(totpCode(SECRET, stepAt(seconds * 1_000), 8), code);
    assert.equal(totpCode(SECRET, stepAt(seconds * 1_000)), code.slice(2), 'six digits are its end');
  }
});

test("the codes are those of RFC 4226, appendix D, whose moving factor is the step's number", () => {
  const codes = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ');
  assert.deepEqual(
    codes.map((_, step) => totpCode(SECRET, step)),
    codes,
  );
});

test('every secret and time gives the code that an authenticator of other making gives', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 64 }),
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      (bytes, timestamp) => {
        const secret = new Secret({ buffer: bytes.slice().buffer });
        const code = TOTP.generate({ secret, timestamp, digits: 6, period: 30 });
        assert.equal(totpCode(bytes, stepAt(timestamp)), code);
      },
    ),
  );
});

test('a code is found one step early and late, however it is spaced, and nowhere else', () => {
  const now = 1_234_567_890_000;
  const at = (away: number) => totpCode(SECRET, stepAt(now) + away);
  for (const away of [-1, 0, 1]) {
    const code = at(away);
    assert.equal(matchingStep(SECRET, code, now), stepAt(now) + away);
    assert.equal(matchingStep(SECRET, ` ${code.slice(0, 3)} ${code.slice(3)}\n`, now), stepAt(now) + away);
  }
  for (const text of [
    at(2),
    at(-2),
    '',
    '00000',
    `${at(0)}0`,
    at(0).slice(1),
    'abcdef',
    '٣٤٥٦٧٨',
    '1'.repeat(1e6),
  ])
    assert.equal(matchingStep(SECRET, text, now), undefined, text.slice(0, 10));
});

test('a clock that is off is measured to an hour and a half, to both sides', () => {
  const now = 1_234_567_890_000;
  const at = (away: number) => totpCode(SECRET, stepAt(now) + away);
  assert.equal(clockError(SECRET, at(4), now), 120_000);
  assert.equal(clockError(SECRET, at(-120), now), -3_600_000);
  assert.equal(clockError(SECRET, at(500), now), undefined);
});

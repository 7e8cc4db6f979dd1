import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CURRENCIES } from './catalogue.ts';
import { DECLINE_FROM, isUnderAttack, type Payment, paymentSource, REVIEW_FROM, rateAt } from './payment.ts';
import { seeded } from './random.ts';

const QUIET = 0;
const ATTACK = 149_000;
const some = (seed: number, at: number, count = 3_000): Payment[] => {
  const next = paymentSource(seed);
  return Array.from({ length: count }, () => next(at));
};
const share = (payments: readonly Payment[], holds: (payment: Payment) => boolean): number =>
  payments.filter(holds).length / payments.length;

test('the same seed makes the same payments, another seed makes others', () => {
  assert.deepEqual(some(7, QUIET, 50), some(7, QUIET, 50));
  assert.notDeepEqual(some(7, QUIET, 50), some(8, QUIET, 50));
});

test('ids are unique and amounts are whole, positive and worth what they say in euros', () => {
  const payments = some(1, QUIET);
  assert.equal(new Set(payments.map(({ id }) => id)).size, payments.length);
  for (const { amount, currency, cents } of payments) {
    assert.ok(Number.isSafeInteger(amount) && amount > 0);
    const { euros, digits } = CURRENCIES[currency];
    assert.ok(Math.abs(cents - (amount / 10 ** digits) * euros * 100) <= 1);
  }
});

test('the risk decides: declined from 85, looked at from 60, and is the sum of its signals', () => {
  for (const { risk, signals, status } of [...some(2, QUIET), ...some(2, ATTACK)]) {
    const sum = signals.reduce((total, { points }) => total + points, 0);
    assert.equal(risk, Math.min(99, sum));
    if (risk >= DECLINE_FROM) assert.equal(status, 'declined');
    else if (risk >= REVIEW_FROM) assert.equal(status, 'review');
    else assert.ok(status === 'approved' || status === 'declined');
  }
});

test('on a quiet minute about nineteen of twenty are approved; an attack shows at one shop and in the risk', () => {
  assert.equal(isUnderAttack(QUIET), false);
  assert.equal(isUnderAttack(ATTACK), true);
  const quiet = share(some(3, QUIET), ({ status }) => status === 'approved');
  assert.ok(quiet > 0.92 && quiet < 0.98, String(quiet));
  const attack = some(3, ATTACK);
  assert.ok(share(attack, ({ risk }) => risk >= REVIEW_FROM) > 0.25);
  const shops = new Set(attack.filter(({ risk }) => risk >= REVIEW_FROM).map(({ merchant }) => merchant));
  assert.equal(shops.size, 1);
  assert.ok(rateAt(ATTACK) > 0 && rateAt(QUIET) > 0);
});

test('chance keeps to its bounds and weights', () => {
  const random = seeded(9);
  const counts = { rare: 0, often: 0 };
  for (let i = 0; i < 20_000; i++) {
    const value = random.next();
    assert.ok(value >= 0 && value < 1);
    const between = random.between(3, 5);
    assert.ok(between >= 3 && between <= 5);
    counts[random.pick(['rare', 'often'] as const, (word) => (word === 'rare' ? 1 : 9))]++;
  }
  assert.ok(Math.abs(counts.rare / 20_000 - 0.1) < 0.01);
});

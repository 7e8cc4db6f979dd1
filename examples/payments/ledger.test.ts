import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEDGER_SIZE, Ledger } from './ledger.ts';

const NOW = 1_800_000_000_000;

test('it starts with a past and grows with the time, in order', () => {
  const ledger = new Ledger(1, NOW);
  const past = ledger.since(0);
  assert.ok(past.length > 1_000);
  const made = ledger.advance(NOW + 60_000);
  assert.ok(made.length > 150 && made.length < 700, String(made.length));
  assert.deepEqual(ledger.since(NOW), made);
  assert.ok(made.every(({ at }) => at >= NOW && at < NOW + 60_000));
});

test('it forgets the oldest, and a machine that slept for a week makes no week up', () => {
  const ledger = new Ledger(2, NOW);
  assert.ok(ledger.advance(NOW + 7 * 86_400_000).length < 10_000);
  for (let i = 1; i < 10; i++) ledger.advance(NOW + 7 * 86_400_000 + i * 300_000);
  assert.equal(ledger.since(0).length, LEDGER_SIZE);
});

test('a search finds words in any order, a status, and the newest first', () => {
  const ledger = new Ledger(3, NOW);
  const found = ledger.search({ text: 'visa KESTREL', limit: 20 });
  assert.ok(found.length > 0);
  assert.ok(found.every(({ merchant, method }) => merchant === 'Kestrel Rail' && method === 'Visa'));
  const declined = ledger.search({ status: 'declined', limit: 10 });
  assert.ok(declined.length === 10 && declined.every(({ status }) => status === 'declined'));
  const newest = ledger.search({ limit: 1 })[0];
  assert.equal(newest, ledger.since(0).at(-1));
  assert.deepEqual(ledger.search({ text: 'no such shop', limit: 5 }), []);
});

test('a payment is held with a reason and released again; what was declined stays so', () => {
  const ledger = new Ledger(4, NOW);
  const [payment] = ledger.search({ status: 'approved', limit: 1 });
  const [declined] = ledger.search({ status: 'declined', limit: 1 });
  const held = ledger.decide(payment?.id ?? '', { held: true, by: 'Ada', why: 'odd address' });
  assert.equal(held?.status, 'held');
  assert.equal(held?.note, 'Held by Ada: odd address');
  assert.equal(ledger.find(payment?.id ?? ''), held);
  assert.equal(ledger.decide(payment?.id ?? '', { held: false, by: 'Ada' })?.status, 'approved');
  assert.equal(ledger.decide(declined?.id ?? '', { held: true, by: 'Ada', why: '' }), undefined);
  assert.equal(ledger.decide('pay_nothing', { held: false, by: 'Ada' }), undefined);
});

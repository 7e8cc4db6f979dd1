import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';
import { Ledger } from './ledger.ts';
import type { Payment } from './payment.ts';
import { readStatement, reconcile, sampleStatement } from './reconcile.ts';

const NOW = 1_800_000_000_000;
const HEAD = 'id,amount,currency\n';
const ledger = new Ledger(5, NOW);
const settled = ledger
  .since(NOW - 60_000)
  .filter(({ status, currency }) => status === 'approved' && currency !== 'JPY');
const row = ({ id, amount, currency }: Payment, more = 0): string =>
  csvLine([id, (amount + more) / 100, currency]);
const outcome = (text: string) => reconcile(ledger, readStatement(text));

test('a statement that agrees has no difference', () => {
  const all = ledger.since(NOW - 60_000).filter(({ status }) => status === 'approved');
  const text = all.map((payment) =>
    csvLine([
      payment.id,
      payment.currency === 'JPY' ? payment.amount : payment.amount / 100,
      payment.currency,
    ]),
  );
  const { matched, differences, differenceCents } = outcome(HEAD + text.join(''));
  assert.equal(matched, all.length);
  assert.deepEqual(differences, []);
  assert.ok(Math.abs(differenceCents) <= all.length);
});

test('each kind of difference is found, with its line and both amounts', () => {
  const [first, second, third, last] = settled as [Payment, Payment, Payment, Payment];
  const [declined] = ledger.search({ status: 'declined', limit: 1 });
  const text =
    HEAD +
    row(first) +
    row(first) +
    row(second, 250) +
    csvLine([third.id, third.amount / 100, third.currency === 'EUR' ? 'USD' : 'EUR']) +
    csvLine([last.id, last.amount / 100, last.currency]) +
    (declined ? csvLine([declined.id, '1.00', 'EUR']) : '') +
    csvLine(['pay_nobody', '5.00', 'EUR']);
  const { counts, differences } = outcome(text);
  assert.deepEqual(
    { ...counts, missing: 0 },
    { amount: 1, currency: 1, unknown: 1, twice: 1, missing: 0, 'not-settled': 1 },
  );
  assert.deepEqual(
    differences.filter(({ kind }) => kind !== 'missing').map(({ kind, line }) => `${kind} ${line}`),
    ['twice 3', 'amount 4', 'currency 5', 'not-settled 7', 'unknown 8'],
  );
});

test('what the statement leaves out between its first and last payment is missing, and counts against it', () => {
  const [first, skipped] = settled as [Payment, Payment];
  const last = settled.at(-1) as Payment;
  const { counts, differenceCents, differences } = outcome(HEAD + row(first) + row(last));
  assert.ok(counts.missing > 0 && differenceCents < 0);
  assert.ok(differences.some(({ kind, id }) => kind === 'missing' && id === skipped.id));
});

test('amounts are read as spreadsheets of several countries write them', () => {
  const amounts = ['1234.5', '1,234.50', '1234,50', "1'234.50", '1 234.50'];
  const text = `currency;payment id;amount\n${amounts.map((amount) => `eur;x;${amount}`).join('\n')}`;
  assert.deepEqual(
    readStatement(text).map(({ amount }) => amount),
    amounts.map(() => 123_450),
  );
  assert.deepEqual(readStatement(`${HEAD}x,500,JPY\n`)[0]?.amount, 500);
});

test('a file that is no statement is refused with the line that shows it', () => {
  for (const [text, line] of [
    ['', 1],
    ['name,price\na,1\n', 1],
    [`${HEAD}a,ten,EUR\n`, 2],
    [`${HEAD}a,1,EUR\nb,1,XXX\n`, 3],
    [`${HEAD}a,1e9,EUR\n`, 2],
  ] as const) {
    assert.throws(() => readStatement(text), { name: 'CsvFault', line });
  }
});

test('the sample statement holds a few differences of each sort and can be read back', () => {
  const { rows, matched, counts } = outcome(sampleStatement(ledger.since(NOW - 180_000)));
  assert.ok(matched > rows * 0.9);
  for (const kind of ['amount', 'twice', 'missing', 'unknown'] as const) assert.ok(counts[kind] > 0, kind);
  assert.equal(counts.currency, 0);
});

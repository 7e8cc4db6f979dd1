import { CURRENCIES, type Currency } from './catalogue.ts';
import { CsvFault, csvLine, parseCsv } from './csv.ts';
import type { Ledger } from './ledger.ts';
import type { Payment } from './payment.ts';

/** Most differences that are listed; the counts are always whole. */
const MOST_LISTED = 200;

export type DifferenceKind = 'amount' | 'currency' | 'unknown' | 'twice' | 'missing' | 'not-settled';

export interface Difference {
  kind: DifferenceKind;
  id: string;
  merchant: string;
  /** Line of the statement; undefined for what the statement lacks. */
  line: number | undefined;
  /** As text with currency, '' when there is none. */
  ledger: string;
  statement: string;
}

export interface Reconciliation {
  rows: number;
  matched: number;
  counts: Record<DifferenceKind, number>;
  /** What the statement pays less the ledger's claim, in euro cents. */
  differenceCents: number;
  differences: Difference[];
}

const HEADINGS = {
  id: ['id', 'payment', 'payment id', 'reference'],
  amount: ['amount', 'gross', 'value'],
  currency: ['currency', 'ccy'],
} as const;

const columnOf = (heading: readonly string[], names: readonly string[]): number =>
  heading.findIndex((cell) => names.includes(cell.toLowerCase().replaceAll('_', ' ')));

const toMinor = (text: string, currency: Currency, line: number): number => {
  const plain = text
    .replaceAll(/[\s']/g, '')
    .replace(/,(\d{1,2})$/, '.$1')
    .replaceAll(',', '');
  if (!/^-?\d{1,12}(\.\d{1,4})?$/.test(plain))
    throw new CsvFault(line, `"${text.slice(0, 40)}" is no amount`);
  return Math.round(Number(plain) * 10 ** CURRENCIES[currency].digits);
};

const isCurrency = (text: string): text is Currency => Object.hasOwn(CURRENCIES, text);
const cents = (amount: number, currency: Currency): number =>
  Math.round((amount / 10 ** CURRENCIES[currency].digits) * CURRENCIES[currency].euros * 100);

/** An amount of smallest units as people write it, such as `12.50 EUR`. */
export const moneyText = (amount: number, currency: Currency): string =>
  `${(amount / 10 ** CURRENCIES[currency].digits).toFixed(CURRENCIES[currency].digits)} ${currency}`;

interface Row {
  line: number;
  id: string;
  amount: number;
  currency: Currency;
}

/**
 * The settlements of a bank's statement with the columns id, amount and currency, in any order.
 * @throws {CsvFault} which names the line that cannot be read
 */
export const readStatement = (text: string): Row[] => {
  const [heading, ...rows] = parseCsv(text);
  if (!heading) throw new CsvFault(1, 'the file is empty');
  const at = {
    id: columnOf(heading.cells, HEADINGS.id),
    amount: columnOf(heading.cells, HEADINGS.amount),
    currency: columnOf(heading.cells, HEADINGS.currency),
  };
  const lacking = (['id', 'amount', 'currency'] as const).filter((name) => at[name] < 0);
  if (lacking.length > 0) throw new CsvFault(heading.line, `the heading lacks ${lacking.join(', ')}`);
  return rows.map(({ line, cells }) => {
    const currency = (cells[at.currency] ?? '').toUpperCase();
    if (!isCurrency(currency)) throw new CsvFault(line, `"${currency.slice(0, 10)}" is no currency of ours`);
    return {
      line,
      id: cells[at.id] ?? '',
      amount: toMinor(cells[at.amount] ?? '', currency, line),
      currency,
    };
  });
};

/** Compares a statement with the ledger: what is paid wrongly, twice, for nothing, or not at all. */
export const reconcile = (ledger: Ledger, rows: readonly Row[]): Reconciliation => {
  const counts: Reconciliation['counts'] = {
    amount: 0,
    currency: 0,
    unknown: 0,
    twice: 0,
    missing: 0,
    'not-settled': 0,
  };
  const differences: Difference[] = [];
  const seen = new Set<string>();
  let [matched, differenceCents, first, last] = [0, 0, Number.POSITIVE_INFINITY, 0];

  const note = (kind: DifferenceKind, payment: Payment | undefined, row: Row | undefined): void => {
    counts[kind]++;
    if (differences.length >= MOST_LISTED) return;
    differences.push({
      kind,
      id: payment?.id ?? row?.id.slice(0, 60) ?? '',
      merchant: payment?.merchant ?? '',
      line: row?.line,
      ledger: payment ? moneyText(payment.amount, payment.currency) : '',
      statement: row ? moneyText(row.amount, row.currency) : '',
    });
  };

  for (const row of rows) {
    const payment = ledger.find(row.id);
    differenceCents += cents(row.amount, row.currency);
    if (!payment) note('unknown', undefined, row);
    else if (seen.has(row.id)) note('twice', payment, row);
    else {
      seen.add(row.id);
      [first, last] = [Math.min(first, payment.at), Math.max(last, payment.at)];
      if (payment.status !== 'approved') note('not-settled', payment, row);
      else {
        differenceCents -= payment.cents;
        if (row.currency !== payment.currency) note('currency', payment, row);
        else if (row.amount !== payment.amount) note('amount', payment, row);
        else matched++;
      }
    }
  }
  for (const payment of ledger.since(first)) {
    if (payment.at > last || payment.status !== 'approved' || seen.has(payment.id)) continue;
    differenceCents -= payment.cents;
    note('missing', payment, undefined);
  }
  return { rows: rows.length, matched, counts, differenceCents, differences };
};

/** A bank's statement over the given payments with a few mistakes in it, to try the comparison with. */
export const sampleStatement = (payments: readonly Payment[]): string => {
  const settled = payments.filter(({ status }) => status === 'approved');
  let text = csvLine(['id', 'settled', 'merchant', 'amount', 'currency']);
  for (const [i, payment] of settled.entries()) {
    const { digits } = CURRENCIES[payment.currency];
    const line = (amount: number): string =>
      csvLine([
        payment.id,
        new Date(payment.at).toISOString(),
        payment.merchant,
        (amount / 10 ** digits).toFixed(digits),
        payment.currency,
      ]);
    const isInside = i > 0 && i < settled.length - 1;
    if (isInside && i % 41 === 17) continue;
    text += line(isInside && i % 53 === 20 ? payment.amount + 10 ** digits * 5 : payment.amount);
    if (isInside && i % 97 === 30) text += line(payment.amount);
  }
  return text + csvLine(['pay_unknown0001', new Date(0).toISOString(), 'Nobody We Know', '49.90', 'EUR']);
};

import {
  CURRENCIES,
  type Currency,
  DECLINES,
  FAR_COUNTRIES,
  MERCHANTS,
  METHODS,
  type Merchant,
  type Method,
} from './catalogue.ts';
import { type Random, seeded } from './random.ts';

export type Status = 'approved' | 'declined' | 'review' | 'held';

export interface Payment {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  merchant: string;
  trade: string;
  merchantCountry: string;
  buyerCountry: string;
  /** In the smallest unit of the currency (ISO 4217). */
  amount: number;
  currency: Currency;
  /** The same in euro cents. */
  cents: number;
  method: Method;
  /** Last four digits of card or account. */
  tail: string;
  /** 0 (ordinary) to 100 (almost surely fraud). */
  risk: number;
  /** What the risk is made of. */
  signals: readonly { name: string; points: number }[];
  status: Status;
  /** Why it was declined or held, and by whom. */
  note: string | undefined;
}

/** From this risk on a person looks at it, and from that one it is declined. */
export const REVIEW_FROM = 60;
export const DECLINE_FROM = 85;

/** Every so often somebody tries out stolen cards: many small amounts at one shop within half a minute. */
const ATTACK_EVERY = 150_000;
const ATTACK_LASTS = 25_000;

export const isUnderAttack = (at: number): boolean => at % ATTACK_EVERY > ATTACK_EVERY - ATTACK_LASTS;

/** Payments a second at this time: a slow swell, and more in an attack. */
export const rateAt = (at: number): number =>
  5.2 + 1.9 * Math.sin(at / 41_000) + 0.9 * Math.sin(at / 13_700) + (isUnderAttack(at) ? 4 : 0);

const toAmount = (euros: number, currency: Currency): { amount: number; cents: number } => {
  const { euros: rate, digits } = CURRENCIES[currency];
  const amount = Math.max(1, Math.round((euros / rate) * 10 ** digits));
  return { amount, cents: Math.max(1, Math.round((amount / 10 ** digits) * rate * 100)) };
};

const signalsOf = (
  random: Random,
  facts: { far: boolean; euros: number; typical: number; attack: boolean; card: boolean },
): { name: string; points: number }[] => {
  const signals = [
    { name: 'Baseline of the method', points: facts.card ? random.between(3, 14) : random.between(1, 7) },
  ];
  if (facts.far) signals.push({ name: 'Buyer far from the merchant', points: random.between(9, 24) });
  if (facts.euros > facts.typical * 3)
    signals.push({ name: 'Unusually large amount', points: random.between(8, 26) });
  if (random.next() < 0.16) signals.push({ name: 'New device', points: random.between(6, 18) });
  if (random.next() < 0.05)
    signals.push({ name: 'Address differs from the bank’s', points: random.between(10, 22) });
  if (facts.attack) signals.push({ name: 'Many cards from one network', points: random.between(42, 64) });
  return signals;
};

const decide = (random: Random, risk: number): { status: Status; note: string | undefined } => {
  if (risk >= DECLINE_FROM) return { status: 'declined', note: 'Risk too high' };
  if (risk >= REVIEW_FROM) return { status: 'review', note: 'Waits for a person' };
  if (random.next() < 0.045) {
    return { status: 'declined', note: random.pick(DECLINES, ({ share }) => share).reason };
  }
  return { status: 'approved', note: undefined };
};

/** Makes payments up, one after the other; the same ones for the same seed and times. */
export const paymentSource = (seed: number): ((at: number) => Payment) => {
  const random = seeded(seed);
  let count = 0;
  return (at) => {
    count++;
    const attack = isUnderAttack(at) && random.next() < 0.5;
    const merchant: Merchant = attack
      ? (MERCHANTS[Math.floor(at / ATTACK_EVERY) % MERCHANTS.length] ?? random.pick(MERCHANTS))
      : random.pick(MERCHANTS, ({ share }) => share);
    const method = attack ? METHODS[0] : random.pick(METHODS, ({ share }) => share);
    const far = attack || random.next() < 0.11;
    const euros = attack
      ? 0.5 + random.next() * 2
      : merchant.typical * Math.exp(Math.max(-2, Math.min(2.4, random.normal(-0.15, 0.62))));
    const signals = signalsOf(random, { far, euros, typical: merchant.typical, attack, card: method.card });
    const risk = Math.min(
      99,
      signals.reduce((sum, { points }) => sum + points, 0),
    );
    return {
      id: `pay_${seed.toString(36)}${count.toString(36).padStart(6, '0')}`,
      at,
      merchant: merchant.name,
      trade: merchant.trade,
      merchantCountry: merchant.country,
      buyerCountry: far ? random.pick(FAR_COUNTRIES) : merchant.country,
      currency: merchant.currency,
      ...toAmount(euros, merchant.currency),
      method: method.name,
      tail: random.between(0, 9_999).toString().padStart(4, '0'),
      risk,
      signals,
      ...decide(random, risk),
    };
  };
};

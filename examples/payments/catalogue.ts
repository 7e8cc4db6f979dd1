/** Who is paid. `typical` is the middle of its amounts in euros, `share` how often it sells. */
export interface Merchant {
  name: string;
  trade: string;
  country: string;
  currency: Currency;
  typical: number;
  share: number;
}

export type Currency = 'EUR' | 'GBP' | 'USD' | 'CHF' | 'SEK' | 'PLN' | 'JPY';

/** Euros for one unit, fixed: the pictures need the order of magnitude, not today's rate. `digits` as in ISO 4217. */
export const CURRENCIES: Readonly<Record<Currency, { euros: number; digits: number }>> = {
  EUR: { euros: 1, digits: 2 },
  GBP: { euros: 1.17, digits: 2 },
  USD: { euros: 0.92, digits: 2 },
  CHF: { euros: 1.05, digits: 2 },
  SEK: { euros: 0.088, digits: 2 },
  PLN: { euros: 0.232, digits: 2 },
  JPY: { euros: 0.0061, digits: 0 },
};

const merchant = (
  name: string,
  trade: string,
  country: string,
  currency: Currency,
  typical: number,
  share: number,
): Merchant => ({ name, trade, country, currency, typical, share });

export const MERCHANTS: readonly Merchant[] = [
  merchant('Nordlys Kaffe', 'Café', 'SE', 'SEK', 9, 9),
  merchant('Harbour Street Books', 'Books', 'GB', 'GBP', 24, 7),
  merchant('Atelier Mina', 'Fashion', 'FR', 'EUR', 118, 6),
  merchant('Kestrel Rail', 'Travel', 'GB', 'GBP', 62, 8),
  merchant('Bergwerk Outdoor', 'Sports', 'DE', 'EUR', 86, 7),
  merchant('Limoncello & Figli', 'Groceries', 'IT', 'EUR', 31, 9),
  merchant('Studio Kobalt', 'Design', 'NL', 'EUR', 240, 3),
  merchant('Alpenglow Hotels', 'Lodging', 'CH', 'CHF', 310, 4),
  merchant('Pixel Orchard', 'Games', 'US', 'USD', 15, 10),
  merchant('Wisła Market', 'Groceries', 'PL', 'PLN', 27, 7),
  merchant('Sora Ceramics', 'Crafts', 'JP', 'JPY', 74, 3),
  merchant('Cloudberry Cycles', 'Bicycles', 'NL', 'EUR', 540, 2),
  merchant('Paper Lantern', 'Gifts', 'US', 'USD', 38, 5),
  merchant('Marisol Tiendas', 'Fashion', 'ES', 'EUR', 54, 6),
  merchant('Greyfriars Pharmacy', 'Health', 'IE', 'EUR', 19, 6),
  merchant('Volta Electronics', 'Electronics', 'DE', 'EUR', 410, 4),
];

export const METHODS = [
  { name: 'Visa', share: 34, card: true },
  { name: 'Mastercard', share: 29, card: true },
  { name: 'Wallet', share: 16, card: true },
  { name: 'Bank debit', share: 12, card: false },
  { name: 'Instant transfer', share: 9, card: false },
] as const;

export type Method = (typeof METHODS)[number]['name'];

/** Where buyers sit when they do not sit where the merchant does. */
export const FAR_COUNTRIES = ['BR', 'CA', 'AU', 'SG', 'ZA', 'TR', 'AE', 'KR', 'MX', 'NG'] as const;

export const DECLINES = [
  { reason: 'Insufficient funds', share: 6 },
  { reason: 'Do not honour', share: 3 },
  { reason: 'Expired card', share: 2 },
  { reason: 'Authentication failed', share: 3 },
] as const;

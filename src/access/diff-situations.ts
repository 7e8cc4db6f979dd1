import type { PolicyRule } from './policy-rule.ts';
import type { AccessRequest } from './types.ts';

/** Circumstances under which two policies are compared. */
export interface Situation {
  /** Undefined for the plain one: from nowhere in particular, without query, now. */
  says: string | undefined;
  request: Partial<Pick<AccessRequest, 'address' | 'query' | 'now'>>;
}

/** An address that no rule means (RFC 5737 and RFC 3849 keep such networks for documents). */
const ELSEWHERE = '192.0.2.1';
/** Most situations for one pair of rules. */
const MAX_SITUATIONS = 64;

const ipv4 = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** First and last address of an IPv4 network; the named address of an IPv6 one. */
const addressesIn = (network: string): string[] => {
  const [address = '', prefix] = network.split('/');
  if (address.includes(':')) return [address];
  const value = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const host = Number(prefix) === 0 ? 0xffffffff : 2 ** (32 - Number(prefix)) - 1;
  const first = (value & ~host) >>> 0;
  return [ipv4(first), ipv4(first + host)];
};

const DAY = 86_400_000;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);

/** Moments just inside and outside of hours, on every day of a week, as UTC; zones shift them by whole quarters. */
const momentsOf = ({ times }: NonNullable<PolicyRule['conditions']>): number[] => {
  if (!times) return [];
  const minutes = times.hours ? [times.hours.from, times.hours.to] : [720];
  const zoned = new Intl.DateTimeFormat('en-US', { timeZone: times.zone, timeZoneName: 'longOffset' });
  const name = zoned.formatToParts(MONDAY).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', rest = '0'] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest)) * 60_000;
  return [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
    minutes.map((minute) => MONDAY + day * DAY + minute * 60_000 - offset),
  );
};

const queryOf = ({ query }: NonNullable<PolicyRule['conditions']>): string[] => {
  if (!query) return [];
  const pairs = Object.entries(query).map(
    ([key, values]) =>
      `${encodeURIComponent(key)}=${encodeURIComponent((values[0] ?? '').replaceAll('*', ''))}`,
  );
  return [pairs.join('&')];
};

/** The plain situation first, then those in which conditions of the rules hold. */
export const situationsOf = (rules: readonly Pick<PolicyRule, 'conditions'>[]): Situation[] => {
  const conditions = rules.flatMap((rule) => rule.conditions ?? []);
  const addresses = conditions.flatMap(({ networks = [], outside = [] }) =>
    [...networks, ...outside].flatMap(addressesIn),
  );
  const queries = conditions.flatMap(queryOf);
  const moments = conditions.flatMap(momentsOf);
  const found: Situation[] = [];
  for (const address of [undefined, ...new Set(addresses)]) {
    for (const query of [undefined, ...new Set(queries)]) {
      for (const now of [undefined, ...new Set(moments)]) {
        const says = [
          address && `from ${address}`,
          query && `with ?${query}`,
          now !== undefined && `at ${new Date(now).toISOString().slice(11, 16)} UTC on a ${weekday(now)}`,
        ].filter(Boolean);
        const request = {
          address: address ?? ELSEWHERE,
          ...(query && { query }),
          ...(now !== undefined && { now }),
        };
        if (found.length < MAX_SITUATIONS) found.push({ says: says.join(' ') || undefined, request });
      }
    }
  }
  return found;
};

const weekday = (now: number): string =>
  new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(now);

import { isIP } from 'node:net';
import type { Bucket, Counters } from '../../core/index.ts';
import type { Facts } from '../facts.ts';
import { type Guard, PASS, type Verdict } from '../guard.ts';

/** The first four groups of an IPv6 address, written out: whoever has one address has its whole /64. */
const prefix64 = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
};

/** What of a client's address is counted as one (lesson of CVE-2025-24806: hopping within a /64 dodged the count). */
export const networkOf = (address: string): string =>
  isIP(address) === 6 ? `${prefix64(address)}::/64` : address;

const take = async (counters: Counters, key: string, bucket: Bucket, facts: Facts): Promise<Verdict> => {
  const { allowed, retryAfter } = await counters.take(key, bucket);
  return allowed ? PASS : { verdict: 'throttle', until: facts.time + retryAfter };
};

/** How often one address may ask (C23), before it is known who asks. */
export const addressRate = (bucket: Bucket, counters: Counters): Guard => ({
  name: 'address-rate',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: (facts) => take(counters, `rate:address:${networkOf(facts.client.address)}`, bucket, facts),
});

/** How often one person may ask (C23), from whatever address and session. */
export const personRate = (bucket: Bucket, counters: Counters): Guard => ({
  name: 'person-rate',
  stage: 'session',
  needs: ['session'],
  mode: 'block',
  check: (facts) =>
    facts.session === undefined
      ? PASS
      : take(counters, `rate:person:${facts.session.person.id}`, bucket, facts),
});

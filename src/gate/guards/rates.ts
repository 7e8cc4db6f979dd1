import { type Bucket, type Counters, networkOf } from '../../core/index.ts';
import type { Facts } from '../facts.ts';
import { type Guard, PASS, type Verdict } from '../guard.ts';

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

import { type Bucket, type Counters, networkOf, type Taken } from '../../core/index.ts';
import type { Facts } from '../facts.ts';
import { type Guard, PASS, type Verdict } from '../guard.ts';

const verdictOf = ({ allowed, retryAfter }: Taken, { time }: Facts): Verdict =>
  allowed ? PASS : { verdict: 'throttle', until: time + retryAfter };

const take = (counters: Counters, key: string, bucket: Bucket, facts: Facts): Verdict | Promise<Verdict> => {
  const taken = counters.take(key, bucket);
  return taken instanceof Promise
    ? taken.then((answer) => verdictOf(answer, facts))
    : verdictOf(taken, facts);
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

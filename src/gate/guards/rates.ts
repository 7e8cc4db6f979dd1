import { pathMatcher } from '../../access/index.ts';
import { type Bucket, type Counters, networkOf, type Taken } from '../../core/index.ts';
import type { Facts } from '../facts.ts';
import { type Guard, PASS, type Verdict } from '../guard.ts';
import type { RouteRate } from '../settings.ts';

const verdictOf = (
  name: string,
  bucket: Bucket,
  { allowed, remaining, retryAfter }: Taken,
  facts: Facts,
): Verdict => {
  // Kept for the header fields of the answer.
  facts.rates ??= [];
  facts.rates.push({ name, bucket, remaining });
  return allowed ? PASS : { verdict: 'throttle', until: facts.time + retryAfter };
};

const take = (
  counters: Counters,
  name: string,
  key: string,
  bucket: Bucket,
  facts: Facts,
): Verdict | Promise<Verdict> => {
  const taken = counters.take(`rate:${name}:${key}`, bucket);
  return taken instanceof Promise
    ? taken.then((answer) => verdictOf(name, bucket, answer, facts))
    : verdictOf(name, bucket, taken, facts);
};

/** How often one address may ask (C23), before it is known who asks. */
export const addressRate = (bucket: Bucket, counters: Counters): Guard => ({
  name: 'address-rate',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: (facts) => take(counters, 'address', networkOf(facts.client.address), bucket, facts),
});

/** How often one person may ask (C23), from whatever address and session. */
export const personRate = (bucket: Bucket, counters: Counters): Guard => ({
  name: 'person-rate',
  stage: 'session',
  needs: ['session'],
  mode: 'block',
  check: (facts) =>
    facts.session === undefined ? PASS : take(counters, 'person', facts.session.person.id, bucket, facts),
});

/** How often one session's token may ask (C23): a script that took it over does not use up what the person has. */
export const sessionRate = (bucket: Bucket, counters: Counters): Guard => ({
  name: 'session-rate',
  stage: 'session',
  needs: ['session'],
  mode: 'block',
  check: (facts) =>
    facts.session === undefined ? PASS : take(counters, 'session', facts.session.id, bucket, facts),
});

const askerOf = ({ each }: RouteRate, { session, client }: Facts): string => {
  if (each === 'all') return 'all';
  return each === 'person' && session !== undefined ? session.person.id : networkOf(client.address);
};

/** How often routes may be asked (C23): each person, each address, or all together. All that fit have to have room. */
export const routeRates = (rates: ReadonlyMap<string, readonly RouteRate[]>, counters: Counters): Guard => {
  const byApp = new Map(
    [...rates].map(([app, list]) => [
      app,
      pathMatcher(
        list.map((rate, number) => ({ paths: rate.paths, value: { rate, name: `route-${number + 1}` } })),
      ),
    ]),
  );
  return {
    name: 'route-rate',
    stage: 'session',
    needs: ['session'],
    mode: 'block',
    check: (facts) => {
      const fitting = (byApp.get(facts.app.name)?.(facts.path) ?? []).filter(
        ({ rate }) => rate.methods === undefined || rate.methods.includes(facts.method),
      );
      const ask = (from: number): Verdict | Promise<Verdict> => {
        for (let i = from; i < fitting.length; i++) {
          const fit = fitting[i];
          if (fit === undefined) continue;
          const { rate, name } = fit;
          const verdict = take(counters, name, `${facts.app.name}:${askerOf(rate, facts)}`, rate.rate, facts);
          if (verdict instanceof Promise)
            return verdict.then((answer) => (answer.verdict === 'pass' ? ask(i + 1) : answer));
          if (verdict.verdict !== 'pass') return verdict;
        }
        return PASS;
      };
      return ask(0);
    },
  };
};

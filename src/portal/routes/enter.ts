import type { Session } from '../../identity/index.ts';
import { goTo } from '../answer.ts';
import { dutyOf, wayToFactor } from '../duty.ts';
import { isNavigation } from '../forms/same-origin.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { type HandOffRequest, readHandOff } from './hand-off-request.ts';
import { askAgain, askWho } from './sign-in.ts';

const reaches = (session: Session, { assurance, maxAge }: HandOffRequest, now: number): boolean => {
  if (assurance === 'password') return true;
  if (session.assurance !== 'mfa') return false;
  const age = now - (session.mfaAt ?? Number.NaN);
  return assurance === 'mfa' || (age >= 0 && age <= maxAge);
};

/** Hands the session of this browser to an app's origin: a one-time code that only the browser that asked can use. */
const enter: Route = {
  method: 'GET',
  path: '/enter',
  who: 'anyone',
  handle: async (visit, parts) => {
    if (visit.request.method !== 'GET') return refuse('method-unknown');
    const wish = readHandOff(visit.url.searchParams, parts.config);
    if (!isNavigation(visit.request.headers)) return refuse('sign-in-needed');
    const { session } = visit;
    const here = visit.url.pathname + visit.url.search;
    if (session === undefined) return askWho(here, visit, parts);
    if (dutyOf(session, parts)?.when === 'now' || !reaches(session, wish, parts.clock.now())) {
      const way = await wayToFactor(session, here, parts);
      return way.startsWith('/confirm') ? askAgain(here, { ...visit, session }, parts) : goTo(way);
    }
    const { app, challenge, returnTo } = wish;
    const code = await parts.identity.handOff.issue({ session, app: app.name, challenge, returnTo });
    return goTo(`${app.url}/.gatehouse/enter?${new URLSearchParams({ code })}`);
  },
};

export const enterRoutes: readonly Route[] = [enter];

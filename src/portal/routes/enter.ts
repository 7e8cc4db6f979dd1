import type { Session } from '../../identity/index.ts';
import { goTo } from '../answer.ts';
import { isNavigation } from '../forms/same-origin.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { type HandOffRequest, readHandOff } from './hand-off-request.ts';
import { askWho } from './sign-in.ts';

// No page can raise a session's assurance so far, so asking again would only go round in a circle.
const reaches = (session: Session, { assurance }: HandOffRequest): boolean =>
  assurance === 'password' || (assurance === 'mfa' && session.assurance === 'mfa');

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
    if (session === undefined) return askWho(visit.url.pathname + visit.url.search, visit, parts);
    if (!reaches(session, wish)) return refuse('assurance-unreachable');
    const { app, challenge, returnTo } = wish;
    const code = await parts.identity.handOff.issue({ session, app: app.name, challenge, returnTo });
    return goTo(`${app.url}/.gatehouse/enter?${new URLSearchParams({ code })}`);
  },
};

export const enterRoutes: readonly Route[] = [enter];

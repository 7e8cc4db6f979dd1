import type { Answer } from '../answer.ts';
import { BROWSER_COOKIE, clearCookie, SESSION_COOKIE } from '../cookies.ts';
import { signOutPage } from '../pages/sign-out.ts';
import type { Route } from '../route.ts';
import { insiderOf } from '../visit.ts';
import { type DoneWord, withDone } from './done.ts';

/** Sends a browser whose session has ended to the sign-in, with nothing of ours left in it. */
export const farewell = (word: DoneWord): Answer => ({
  kind: 'redirect',
  to: withDone('/sign-in', word),
  cookies: [clearCookie(SESSION_COOKIE), clearCookie(BROWSER_COOKIE)],
  forget: true,
});

const ask: Route = {
  method: 'GET',
  path: '/sign-out',
  who: 'person',
  handle: (visit, parts) => ({
    kind: 'page',
    html: signOutPage({ assets: parts.assets.urls, insider: insiderOf(visit, parts) }),
  }),
};

const leave: Route = {
  method: 'POST',
  path: '/sign-out',
  who: 'person',
  handle: async ({ session, client }, { identity }) => {
    await identity.sessions.end(session.person.id, session.id, 'sign-out', client);
    return farewell('signed-out');
  },
};

const leaveEverywhere: Route = {
  method: 'POST',
  path: '/sign-out/everywhere',
  who: 'person',
  handle: async ({ session, client }, { identity }) => {
    await identity.sessions.endAll(session.person.id, 'sign-out-everywhere', client);
    return farewell('signed-out-everywhere');
  },
};

export const signOutRoutes: readonly Route[] = [ask, leave, leaveEverywhere];

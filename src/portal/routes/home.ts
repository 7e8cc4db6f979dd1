import type { Session } from '../../identity/index.ts';
import { dutyOf } from '../duty.ts';
import { homePage } from '../pages/home.ts';
import type { Route } from '../route.ts';
import { insiderOf, type Parts } from '../visit.ts';
import { doneOf } from './done.ts';

/** When a second factor will be demanded of somebody who has none. */
const factorFrom = (session: Session, parts: Parts): number | undefined => {
  const duty = dutyOf(session, parts);
  return duty?.when === 'soon' ? duty.from : undefined;
};

const home: Route = {
  method: 'GET',
  path: '/',
  who: 'person',
  handle: (visit, parts) => ({
    kind: 'page',
    html: homePage({
      assets: parts.assets.urls,
      insider: insiderOf(visit, parts),
      apps: parts.config.apps.filter(({ name }) => parts.config.mayOpen(name, visit.session)),
      done: doneOf(visit),
      factorFrom: factorFrom(visit.session, parts),
    }),
  }),
};

export const homeRoutes: readonly Route[] = [home];

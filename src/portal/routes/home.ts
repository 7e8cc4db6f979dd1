import { homePage } from '../pages/home.ts';
import type { Route } from '../route.ts';
import { insiderOf } from '../visit.ts';
import { doneOf } from './done.ts';

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
    }),
  }),
};

export const homeRoutes: readonly Route[] = [home];

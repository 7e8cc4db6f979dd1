import { z } from 'zod';
import { goTo } from '../answer.ts';
import { accountPage } from '../pages/account.ts';
import type { Route } from '../route.ts';
import { insiderOf } from '../visit.ts';
import { doneOf, withDone } from './done.ts';
import { parseForm } from './parse.ts';
import { farewell } from './sign-out.ts';

const show: Route = {
  method: 'GET',
  path: '/account',
  who: 'person',
  handle: async (visit, parts) => {
    const { person, id } = visit.session;
    const { providers } = parts.identity;
    const titles = new Map(parts.config.apps.map(({ name, title }) => [name, title]));
    return {
      kind: 'page',
      html: accountPage({
        assets: parts.assets.urls,
        insider: insiderOf(visit, parts),
        person,
        here: id,
        sessions: await parts.identity.sessions.list(person.id),
        factors: await parts.identity.factors.of(person.id),
        titleOf: (app) => titles.get(app) ?? app,
        providers: { links: await providers.linksOf(person.id), offered: providers.offered },
        done: doneOf(visit),
      }),
    };
  },
};

const END = z.object({ session: z.string().min(1).max(64) });

const endSession: Route = {
  method: 'POST',
  path: '/account/sessions/end',
  who: 'person',
  handle: async (visit, { identity }) => {
    // Whose session it is comes from the cookie alone: another person's id ends nothing (CVE-2025-61928).
    const { session } = parseForm(END, visit.form);
    const isHere = session === visit.session.id;
    await identity.sessions.end(
      visit.session.person.id,
      session,
      isHere ? 'sign-out' : 'revoked',
      visit.client,
    );
    return isHere ? farewell('signed-out') : goTo(withDone('/account', 'session-ended'));
  },
};

export const accountRoutes: readonly Route[] = [show, endSession];

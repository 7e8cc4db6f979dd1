import { z } from 'zod';
import { type Answer, goTo } from '../answer.ts';
import { confirmPage } from '../pages/confirm.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { actorOf, type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { withDone } from './done.ts';
import { parseForm } from './parse.ts';
import { nameOf } from './provider-sign-in.ts';

const STATE = z.object({ state: z.string().min(1).max(128) });

const begin: Route = {
  method: 'GET',
  path: '/account/providers/:name/link',
  who: 'person',
  fresh: '/account',
  handle: async (visit, parts) => {
    const { session, browser, client } = visit;
    return goTo(
      await parts.identity.providers.begin({ provider: nameOf(visit), browser, link: session, client }),
    );
  },
};

const ask = (
  visit: InsideVisit,
  parts: Parts,
  view: { title: string; text: string; action: string; button: string; carried?: Record<string, string> },
): Answer => ({
  kind: 'page',
  html: confirmPage({
    assets: parts.assets.urls,
    insider: insiderOf(visit, parts),
    section: 'account',
    back: '/account',
    ...view,
  }),
});

const confirm: readonly Route[] = [
  {
    method: 'GET',
    path: '/account/providers/confirm',
    who: 'person',
    fresh: '/account',
    handle: async (visit, parts) => {
      const { state } = parseForm(STATE, { state: visit.url.searchParams.get('state') ?? '' });
      const { session, browser } = visit;
      const pending = await parts.identity.providers.pendingLink({ state, browser, session });
      if (pending === undefined) return refuse('form-expired');
      return ask(visit, parts, {
        title: `Link ${pending.account}?`,
        text: `Whoever can sign in to this account at ${pending.title} can then sign in here as you.`,
        action: '/account/providers/confirm',
        button: 'Link it',
        carried: { state },
      });
    },
  },
  {
    method: 'POST',
    path: '/account/providers/confirm',
    who: 'person',
    fresh: '/account',
    handle: async (visit, parts) => {
      const { state } = parseForm(STATE, visit.form);
      const { session, browser, client } = visit;
      await parts.identity.providers.confirmLink({ state, browser, session, client });
      return goTo(withDone('/account', 'provider-linked'));
    },
  },
];

const linkOf = async (visit: InsideVisit, { identity }: Parts) => {
  const { person } = visit.session;
  // Whose link it is comes from the session alone: another person's id unlinks nothing (CVE-2025-61928).
  const links = await identity.providers.linksOf(person.id);
  return links.find(({ id }) => id === visit.params['id']) ?? refuse('page-unknown');
};

const unlink: readonly Route[] = [
  {
    method: 'GET',
    path: '/account/links/:id/unlink',
    who: 'person',
    fresh: '/account',
    handle: async (visit, parts) => {
      const link = await linkOf(visit, parts);
      return ask(visit, parts, {
        title: `Unlink ${link.account}?`,
        text: `You can no longer sign in with this account at ${link.title}, and the roles that it gave you go.`,
        action: visit.url.pathname,
        button: 'Unlink it',
      });
    },
  },
  {
    method: 'POST',
    path: '/account/links/:id/unlink',
    who: 'person',
    fresh: '/account',
    handle: async (visit, parts) => {
      const link = await linkOf(visit, parts);
      await parts.identity.providers.unlink(visit.session.person, link.id, actorOf(visit));
      return goTo(withDone('/account', 'provider-unlinked'));
    },
  },
];

export const providerLinkRoutes: readonly Route[] = [begin, ...confirm, ...unlink];

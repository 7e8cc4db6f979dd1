import { z } from 'zod';
import { type Answer, goTo } from '../answer.ts';
import { knownCookies } from '../known-browser.ts';
import type { FormProblems } from '../pages/fields.ts';
import { forgotPage, linkSentPage, unlockPage } from '../pages/forgot.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { Parts, Visit } from '../visit.ts';
import { withDone } from './done.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW, mustWait } from './problems.ts';

const FORM = z.object({ name: z.string().max(256), kind: z.enum(['reset', 'unlock']) });
const TOKEN = z.string().min(1).max(256);

const page = (
  visit: Visit,
  parts: Parts,
  name: string,
  complaint: { status?: number; problems?: FormProblems; retryAfter?: number } = {},
): Answer => ({
  kind: 'page',
  status: complaint.status ?? 200,
  retryAfter: complaint.retryAfter,
  cookies: visit.browserCookies,
  html: forgotPage({
    assets: parts.assets.urls,
    formToken: parts.tokens.issue({ browser: visit.browser }),
    name,
    problems: complaint.problems,
  }),
});

const show: Route = {
  method: 'GET',
  path: '/forgot',
  who: 'anyone',
  handle: (visit, parts) =>
    parts.identity.recovery.available ? page(visit, parts, '') : refuse('page-unknown'),
};

const submit: Route = {
  method: 'POST',
  path: '/forgot',
  who: 'anyone',
  handle: async (visit, parts) => {
    const { recovery } = parts.identity;
    if (!recovery.available) return refuse('page-unknown');
    const { name, kind } = parseForm(FORM, visit.form);
    if (name.trim() === '') {
      const problems = { summary: LOOK_BELOW, fields: { name: 'Type the name of your account.' } };
      return page(visit, parts, name, { status: 422, problems });
    }
    const asked = await recovery.request({ kind, name, client: visit.client });
    if (asked.outcome !== 'taken') return page(visit, parts, name, mustWait(asked.outcome, asked.retryAfter));
    return { kind: 'page', html: linkSentPage({ assets: parts.assets.urls }) };
  },
};

const showUnlock: Route = {
  method: 'GET',
  path: '/unlock',
  who: 'anyone',
  handle: async (visit, parts) => {
    const token = TOKEN.safeParse(visit.url.searchParams.get('token'));
    const person = token.success ? await parts.identity.recovery.whoseUnlock(token.data) : undefined;
    if (person === undefined || !token.success) return refuse('link-invalid');
    return {
      kind: 'page',
      cookies: visit.browserCookies,
      html: unlockPage({
        assets: parts.assets.urls,
        formToken: parts.tokens.issue({ browser: visit.browser }),
        token: token.data,
        name: person.name,
      }),
    };
  },
};

const unlock: Route = {
  method: 'POST',
  path: '/unlock',
  who: 'anyone',
  handle: async (visit, parts) => {
    const { token } = parseForm(z.object({ token: TOKEN }), visit.form);
    const person = await parts.identity.recovery.unlock(token, visit.client);
    if (person === undefined) return refuse('link-invalid');
    return goTo(withDone('/sign-in', 'unlocked'), knownCookies(person.name, visit, parts));
  },
};

export const forgotRoutes: readonly Route[] = [show, submit, showUnlock, unlock];

import { z } from 'zod';
import type { Person } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { clearCookie, SESSION_COOKIE } from '../cookies.ts';
import type { FormProblems } from '../pages/fields.ts';
import { linkPasswordPage } from '../pages/new-password.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { Parts, Visit } from '../visit.ts';
import { withDone } from './done.ts';
import { parseForm } from './parse.ts';
import { mustWait, NOT_THE_SAME, passwordProblems, scoreOf } from './problems.ts';

const TOKEN = z.string().min(1).max(256);
const FORM = z.object({ token: TOKEN, newPassword: z.string().max(1_024), again: z.string().max(1_024) });

const page = (
  visit: Visit,
  parts: Parts,
  owner: Person,
  typed: { token: string; newPassword?: string },
  complaint: { status?: number; problems?: FormProblems; retryAfter?: number } = {},
): Answer => {
  const { policy } = parts.identity;
  return {
    kind: 'page',
    status: complaint.status ?? 200,
    retryAfter: complaint.retryAfter,
    cookies: visit.browserCookies,
    html: linkPasswordPage({
      assets: parts.assets.urls,
      formToken: parts.tokens.issue({ browser: visit.browser }),
      token: typed.token,
      owner,
      minLength: policy.limits.minimum,
      score: scoreOf(policy, typed.newPassword, owner),
      problems: complaint.problems,
    }),
  };
};

const ownerOf = async (token: string, visit: Visit, parts: Parts): Promise<Person> =>
  (await parts.identity.passwords.whoseLink(token, visit.client)) ?? refuse('link-invalid');

const show: Route = {
  method: 'GET',
  path: '/reset',
  who: 'anyone',
  handle: async (visit, parts) => {
    const token = TOKEN.safeParse(visit.url.searchParams.get('token'));
    if (!token.success) return refuse('link-invalid');
    return page(visit, parts, await ownerOf(token.data, visit, parts), { token: token.data });
  },
};

const submit: Route = {
  method: 'POST',
  path: '/reset',
  who: 'anyone',
  handle: async (visit, parts) => {
    const form = parseForm(FORM, visit.form);
    const owner = await ownerOf(form.token, visit, parts);
    if (form.newPassword !== form.again) {
      return page(visit, parts, owner, form, { status: 422, problems: NOT_THE_SAME });
    }
    const done = await parts.identity.passwords.redeemLink({
      token: form.token,
      password: form.newPassword,
      client: visit.client,
    });
    switch (done.outcome) {
      case 'changed':
        // Whoever was signed in here is not whom the link was for, or has just lost the session.
        if (visit.session !== undefined) {
          const { person, id } = visit.session;
          await parts.identity.sessions.end(person.id, id, 'sign-out', visit.client);
        }
        return goTo(withDone('/sign-in', 'password-set'), [clearCookie(SESSION_COOKIE)]);
      case 'refused':
        return page(visit, parts, owner, form, { status: 422, problems: passwordProblems(done.problems) });
      case 'throttled':
      case 'busy':
        return page(visit, parts, owner, form, mustWait(done.outcome, done.retryAfter));
      case 'wrong-password':
      case 'link-invalid':
        return refuse('link-invalid');
    }
  },
};

export const resetLinkRoutes: readonly Route[] = [show, submit];

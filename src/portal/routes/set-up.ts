import { z } from 'zod';
import { type Answer, goTo } from '../answer.ts';
import { SESSION_COOKIE, setCookie } from '../cookies.ts';
import type { FormProblems } from '../pages/fields.ts';
import { setUpPage } from '../pages/set-up.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { Parts, Visit } from '../visit.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW, mustWait, NOT_THE_SAME, passwordProblems, scoreOf } from './problems.ts';

const TOKEN = z.string().min(1).max(256);
const FORM = z.object({
  token: TOKEN,
  name: z.string().max(256),
  displayName: z.string().max(256),
  newPassword: z.string().max(1_024),
  again: z.string().max(1_024),
});

const page = (
  visit: Visit,
  parts: Parts,
  typed: { token: string; name: string; displayName: string; newPassword?: string },
  complaint: { status?: number; problems?: FormProblems; retryAfter?: number } = {},
): Answer => {
  const { policy } = parts.identity;
  return {
    kind: 'page',
    status: complaint.status ?? 200,
    retryAfter: complaint.retryAfter,
    cookies: visit.browserCookies,
    html: setUpPage({
      assets: parts.assets.urls,
      formToken: parts.tokens.issue({ browser: visit.browser }),
      token: typed.token,
      name: typed.name,
      displayName: typed.displayName,
      minLength: policy.limits.minimum,
      score: scoreOf(policy, typed.newPassword, typed),
      problems: complaint.problems,
    }),
  };
};

const show: Route = {
  method: 'GET',
  path: '/setup',
  who: 'anyone',
  handle: async (visit, parts) => {
    const token = TOKEN.safeParse(visit.url.searchParams.get('token'));
    if (!token.success || !(await parts.identity.setup.isValid(token.data, visit.client))) {
      return refuse('link-invalid');
    }
    return page(visit, parts, { token: token.data, name: '', displayName: '' });
  },
};

const submit: Route = {
  method: 'POST',
  path: '/setup',
  who: 'anyone',
  handle: async (visit, parts) => {
    const form = parseForm(FORM, visit.form);
    if (form.newPassword !== form.again) {
      return page(visit, parts, form, { status: 422, problems: NOT_THE_SAME });
    }
    const done = await parts.identity.setup.complete({
      token: form.token,
      name: form.name.trim(),
      displayName: form.displayName.trim() || undefined,
      password: form.newPassword,
      client: visit.client,
    });
    switch (done.outcome) {
      case 'done':
        return goTo('/', [setCookie(SESSION_COOKIE, done.token)]);
      case 'refused':
        return page(visit, parts, form, { status: 422, problems: passwordProblems(done.problems) });
      case 'name-invalid':
      case 'email-invalid':
        return page(visit, parts, form, {
          status: 422,
          problems: { summary: LOOK_BELOW, fields: { name: done.says } },
        });
      case 'busy':
        return page(visit, parts, form, mustWait(done.outcome, done.retryAfter));
      case 'link-invalid':
        return refuse('link-invalid');
    }
  },
};

export const setUpRoutes: readonly Route[] = [show, submit];

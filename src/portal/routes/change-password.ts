import { z } from 'zod';
import { type Answer, goTo } from '../answer.ts';
import { SESSION_COOKIE, setCookie } from '../cookies.ts';
import type { FormProblems } from '../pages/fields.ts';
import { changePasswordPage } from '../pages/new-password.ts';
import type { Route } from '../route.ts';
import { type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { withDone } from './done.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW, mustWait, NOT_THE_SAME, passwordProblems, scoreOf } from './problems.ts';
import { farewell } from './sign-out.ts';

const SECRET = z.string().max(1_024);
const FORM = z.object({ current: SECRET, newPassword: SECRET, again: SECRET });

const page = (
  visit: InsideVisit,
  parts: Parts,
  newPassword = '',
  complaint: { status?: number; problems?: FormProblems; retryAfter?: number } = {},
): Answer => {
  const { policy } = parts.identity;
  const owner = visit.session.person;
  return {
    kind: 'page',
    status: complaint.status ?? 200,
    retryAfter: complaint.retryAfter,
    html: changePasswordPage({
      assets: parts.assets.urls,
      insider: insiderOf(visit, parts),
      owner,
      minLength: policy.limits.minimum,
      score: scoreOf(policy, newPassword, owner),
      problems: complaint.problems,
    }),
  };
};

const show: Route = {
  method: 'GET',
  path: '/change-password',
  who: 'person',
  handle: (visit, parts) => page(visit, parts),
};

const submit: Route = {
  method: 'POST',
  path: '/change-password',
  who: 'person',
  handle: async (visit, parts) => {
    const { current, newPassword, again } = parseForm(FORM, visit.form);
    const { session, client } = visit;
    if (newPassword !== again)
      return page(visit, parts, newPassword, { status: 422, problems: NOT_THE_SAME });
    const done = await parts.identity.passwords.change({ session, current, password: newPassword, client });
    switch (done.outcome) {
      case 'changed':
        if (done.token === undefined) return farewell('password-set');
        return goTo(withDone('/account', 'password-changed'), [setCookie(SESSION_COOKIE, done.token)]);
      case 'refused':
        return page(visit, parts, newPassword, { status: 422, problems: passwordProblems(done.problems) });
      case 'wrong-password':
        return page(visit, parts, newPassword, {
          status: 422,
          problems: { summary: LOOK_BELOW, fields: { current: 'This is not your current password.' } },
        });
      case 'throttled':
      case 'busy':
        return page(visit, parts, newPassword, mustWait(done.outcome, done.retryAfter));
      case 'link-invalid':
        return farewell('signed-out');
    }
  },
};

export const changePasswordRoutes: readonly Route[] = [show, submit];

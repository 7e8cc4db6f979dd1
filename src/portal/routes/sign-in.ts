import { z } from 'zod';
import type { SignInStep } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { SESSION_COOKIE, setCookie } from '../cookies.ts';
import type { FormProblems } from '../pages/fields.ts';
import { mustChangePage } from '../pages/new-password.ts';
import { signInPage } from '../pages/sign-in.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { Parts, Visit } from '../visit.ts';
import { doneOf } from './done.ts';
import { landingOf } from './landing.ts';
import { parseForm } from './parse.ts';
import { mustWait, NOT_THE_SAME, passwordProblems, scoreOf } from './problems.ts';

const STATE = z.string().min(1).max(12_000);
const SECRET = z.string().max(1_024);
const FORM = z.discriminatedUnion('step', [
  z.object({ step: z.literal('password'), state: STATE, name: z.string().max(256), password: SECRET }),
  z.object({ step: z.literal('change-password'), state: STATE, newPassword: SECRET, again: SECRET }),
]);

type AskingStep = Exclude<SignInStep, { next: 'done' }>;

/** What a step that is asked again says about itself, with the status of its page. */
const complaintOf = (
  step: AskingStep,
): { status: number; problems?: FormProblems | undefined; retryAfter?: number } => {
  if (step.problem === undefined) return { status: 200 };
  switch (step.problem) {
    case 'wrong':
      return { status: 403, problems: { summary: 'Name or password is wrong.' } };
    case 'throttled':
    case 'busy':
      return mustWait(step.problem, step.retryAfter ?? 1_000);
    case 'refused':
      return {
        status: 422,
        problems: passwordProblems(step.next === 'change-password' ? (step.problems ?? []) : []),
      };
    case 'expired':
    case 'out-of-order':
      return { status: 400, problems: { summary: 'That took too long. Please sign in once more.' } };
  }
};

const showStep = (
  step: AskingStep,
  visit: Visit,
  parts: Parts,
  typed: { name?: string; newPassword?: string } = {},
  complaint = complaintOf(step),
): Answer => {
  const { app } = landingOf(step.returnTo, parts.config);
  const common = {
    assets: parts.assets.urls,
    formToken: parts.tokens.issue({ browser: visit.browser }),
    state: step.state,
    app,
    problems: complaint.problems,
  };
  const { policy } = parts.identity;
  const html =
    step.next === 'password'
      ? signInPage({ ...common, name: typed.name ?? '', done: doneOf(visit) })
      : mustChangePage({
          ...common,
          owner: step.subject,
          minLength: policy.limits.minimum,
          score: scoreOf(policy, typed.newPassword, step.subject),
        });
  return {
    kind: 'page',
    status: complaint.status,
    html,
    retryAfter: complaint.retryAfter,
    cookies: visit.browserCookies,
    formTargets: app === undefined ? [] : [app.url],
  };
};

/** The page that asks who somebody is, on the way to `returnTo`, a path of the portal. */
export const askWho = async (returnTo: string | undefined, visit: Visit, parts: Parts): Promise<Answer> => {
  const { setup, people, signIn } = parts.identity;
  // Where there are people but no administrator, they can still sign in; set-up stays open for its link.
  if (!(await setup.isDone()) && (await people.list({ limit: 1 })).length === 0)
    return refuse('set-up-needed');
  const step = await signIn.start({ browser: visit.browser, returnTo });
  return step.next === 'done' ? refuse('form-expired') : showStep(step, visit, parts);
};

const show: Route = {
  method: 'GET',
  path: '/sign-in',
  who: 'anyone',
  handle: (visit, parts) => {
    const { path } = landingOf(visit.url.searchParams.get('return') ?? undefined, parts.config);
    return visit.session === undefined ? askWho(path, visit, parts) : goTo(path);
  },
};

const submit: Route = {
  method: 'POST',
  path: '/sign-in',
  who: 'anyone',
  handle: async (visit, parts) => {
    const form = parseForm(FORM, visit.form);
    const { browser, client } = visit;
    if (form.step === 'change-password' && form.newPassword !== form.again) {
      const step = await parts.identity.signIn.resume({ state: form.state, browser });
      if (step.next === 'done') return refuse('form-expired');
      const complaint =
        step.next === 'password' ? complaintOf(step) : { status: 422, problems: NOT_THE_SAME };
      return showStep(step, visit, parts, form, complaint);
    }
    const step = await parts.identity.signIn.submit({
      state: form.state,
      browser,
      client,
      replaces: visit.token,
      input:
        form.step === 'password'
          ? { step: 'password', name: form.name, password: form.password }
          : { step: 'change-password', password: form.newPassword },
    });
    if (step.next !== 'done') return showStep(step, visit, parts, form);
    return goTo(landingOf(step.returnTo, parts.config).path, [setCookie(SESSION_COOKIE, step.token)]);
  },
};

export const signInRoutes: readonly Route[] = [show, submit];

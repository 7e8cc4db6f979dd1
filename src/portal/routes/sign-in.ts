import { z } from 'zod';
import { SECOND_FACTOR_KINDS, type SignInStep } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { SESSION_COOKIE, setCookie } from '../cookies.ts';
import { knownCookies } from '../known-browser.ts';
import type { FormProblems } from '../pages/fields.ts';
import type { Html } from '../pages/html.ts';
import { mustChangePage } from '../pages/new-password.ts';
import { confirmPasswordPage, secondFactorPage } from '../pages/second-factor.ts';
import { signInPage } from '../pages/sign-in.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { InsideVisit, Parts, Visit } from '../visit.ts';
import { doneOf } from './done.ts';
import { landingOf } from './landing.ts';
import { parseForm } from './parse.ts';
import { mustWait, NOT_THE_SAME, passwordProblems, scoreOf } from './problems.ts';
import { providersFor } from './provider-address.ts';

const STATE = z.string().min(1).max(12_000);
const SECRET = z.string().max(1_024);
const ANSWER = z.string().max(16_000);
const KIND = z.enum(SECOND_FACTOR_KINDS);
const FORM = z.union([
  z.object({ step: z.literal('password'), state: STATE, name: z.string().max(256), password: SECRET }),
  z.object({ step: KIND, state: STATE, answer: ANSWER }),
  z.object({ step: z.literal('switch'), state: STATE, to: KIND }),
  z.object({ step: z.literal('confirm-password'), state: STATE, password: SECRET }),
  z.object({ step: z.literal('change-password'), state: STATE, newPassword: SECRET, again: SECRET }),
]);
type Form = z.infer<typeof FORM>;

type AskingStep = Exclude<SignInStep, { next: 'done' }>;

interface Complaint {
  status: number;
  problems?: FormProblems | undefined;
  retryAfter?: number;
}

/** What is said about a wrong answer, by what was answered. */
const WRONG: Readonly<Record<Form['step'], string>> = {
  password: 'Name or password is wrong.',
  passkey: 'This passkey was not accepted.',
  totp: 'This code is not right, or was used before. Wait for the next one.',
  code: 'This code is not right, or too old. After five tries a new one is sent.',
  recovery: 'This is none of your unused recovery codes.',
  switch: 'This did not work.',
  'confirm-password': 'This is not your password.',
  'change-password': 'This password cannot be used.',
};

/** What a step that is asked again says about itself, with the status of its page. */
const complaintOf = (step: AskingStep, answered: Form['step'] = 'password'): Complaint => {
  if (step.problem === undefined) return { status: 200 };
  switch (step.problem) {
    case 'wrong':
      return { status: 403, problems: { summary: WRONG[answered] } };
    case 'clock-behind':
      return {
        status: 403,
        problems: {
          summary:
            'This code was right some time ago. The clock of your device seems to be behind: set it to automatic time, and use the next code.',
        },
      };
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

/** The page of each state. */
const pageOf = (
  step: AskingStep,
  visit: Visit,
  parts: Parts,
  form: Form | undefined,
  problems: FormProblems | undefined,
): Html => {
  const common = {
    assets: parts.assets.urls,
    formToken: parts.tokens.issue({ browser: visit.browser }),
    state: step.state,
    app: landingOf(step.returnTo, parts.config).app,
    problems,
  };
  switch (step.next) {
    case 'password': {
      const name = form?.step === 'password' ? form.name : '';
      return signInPage({
        ...common,
        name,
        mail: parts.identity.recovery.available,
        prompt: step.prompt,
        providers: providersFor(step.returnTo, parts),
        done: doneOf(visit),
      });
    }
    case 'confirm-password':
      return confirmPasswordPage({ ...common, name: step.subject.name });
    case 'change-password': {
      const { policy } = parts.identity;
      const typed = form?.step === 'change-password' ? form.newPassword : undefined;
      return mustChangePage({
        ...common,
        owner: step.subject,
        minLength: policy.limits.minimum,
        score: scoreOf(policy, typed, step.subject),
      });
    }
    default:
      return secondFactorPage({
        ...common,
        kind: step.next,
        others: step.others,
        prompt: step.prompt,
        rises: step.rises,
      });
  }
};

const showStep = (
  step: AskingStep,
  visit: Visit,
  parts: Parts,
  form?: Form,
  complaint: Complaint = complaintOf(step, form?.step),
): Answer => {
  const { app } = landingOf(step.returnTo, parts.config);
  return {
    kind: 'page',
    status: complaint.status,
    html: pageOf(step, visit, parts, form, complaint.problems),
    retryAfter: complaint.retryAfter,
    cookies: visit.browserCookies,
    formTargets: app === undefined ? [] : [app.url],
  };
};

/** The page of a step, or at the end the way on with the session's cookie. */
export const answerStep = (step: SignInStep, visit: Visit, parts: Parts, form?: Form): Answer =>
  step.next === 'done'
    ? goTo(landingOf(step.returnTo, parts.config).path, [
        setCookie(SESSION_COOKIE, step.token),
        ...knownCookies(step.session.person.name, visit, parts),
      ])
    : showStep(step, visit, parts, form);

/** The page on which somebody who has signed in shows again who they are, on the way to `returnTo`. */
export const askAgain = async (returnTo: string, visit: InsideVisit, parts: Parts): Promise<Answer> => {
  const { session, browser } = visit;
  const step = await parts.identity.signIn.stepUp({ session, browser, returnTo });
  return step.next === 'done' ? refuse('form-expired') : showStep(step, visit, parts);
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
      input: form.step === 'change-password' ? { step: form.step, password: form.newPassword } : form,
    });
    return answerStep(step, visit, parts, form);
  },
};

export const signInRoutes: readonly Route[] = [show, submit];

import { z } from 'zod';
import type { FactorAdded } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { SESSION_COOKIE, setCookie } from '../cookies.ts';
import { addAppPage, addPasskeyPage, chooseFactorPage, recoveryCodesPage } from '../pages/add-factor.ts';
import { confirmPage } from '../pages/confirm.ts';
import type { FormProblems } from '../pages/fields.ts';
import type { Route } from '../route.ts';
import { type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { withDone } from './done.ts';
import { landingOf } from './landing.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW } from './problems.ts';

const RETURN = z.string().max(8_192).optional();
const ENROLMENT = z.string().min(1).max(4_096);
const APP = z.object({ enrolment: ENROLMENT, code: z.string().max(64), return: RETURN });
const PASSKEY = z.object({
  enrolment: ENROLMENT,
  answer: z.string().max(16_000),
  name: z.string().max(256),
  return: RETURN,
});

/** The way on that was asked for, where it is one. */
const wayOn = (asked: string | null | undefined, parts: Parts): string | undefined => {
  const { path } = landingOf(asked ?? undefined, parts.config);
  return path === '/' ? undefined : path;
};

const viewOf = (visit: InsideVisit, parts: Parts, returnTo: string | undefined) => ({
  assets: parts.assets.urls,
  insider: insiderOf(visit, parts),
  returnTo,
});

const page = (
  html: Extract<Answer, { kind: 'page' }>['html'],
  parts: Parts,
  returnTo?: string,
  status = 200,
): Answer => {
  const { app } = landingOf(returnTo, parts.config);
  return { kind: 'page', status, html, formTargets: app === undefined ? [] : [app.url] };
};

/** The recovery codes that came with a first factor, or the way on. */
const afterAdded = (
  done: Extract<FactorAdded, { outcome: 'added' }>,
  visit: InsideVisit,
  parts: Parts,
  returnTo: string | undefined,
): Answer => {
  const cookies = [setCookie(SESSION_COOKIE, done.token)];
  if (done.recovery === undefined) return goTo(returnTo ?? withDone('/account', 'factor-added'), cookies);
  return {
    kind: 'page',
    cookies,
    html: recoveryCodesPage({
      ...viewOf({ ...visit, session: done.session }, parts, returnTo),
      codes: done.recovery,
      portal: new URL(parts.config.portalOrigin).host,
    }),
  };
};

const choose: Route = {
  method: 'GET',
  path: '/second-factor',
  who: 'person',
  handle: (visit, parts) => {
    const returnTo = wayOn(visit.url.searchParams.get('return'), parts);
    return page(chooseFactorPage(viewOf(visit, parts, returnTo)), parts);
  },
};

const showApp: Route = {
  method: 'GET',
  path: '/second-factor/app',
  who: 'person',
  fresh: '/account',
  handle: async (visit, parts) => {
    const returnTo = wayOn(visit.url.searchParams.get('return'), parts);
    const begun = await parts.identity.factors.beginTotp(visit.session);
    return page(addAppPage({ ...viewOf(visit, parts, returnTo), ...begun }), parts, returnTo);
  },
};

/** What is wrong with a first code; `clock`: milliseconds by which the device is off. */
const codeProblem = (clock: number | undefined): FormProblems => {
  const minutes = Math.max(1, Math.round(Math.abs(clock ?? 0) / 60_000));
  const code =
    clock === undefined
      ? 'This is not the code that the app shows now.'
      : `The clock of your device is about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${clock > 0 ? 'ahead' : 'behind'}. Set it to automatic time, and type the next code.`;
  return { summary: LOOK_BELOW, fields: { code } };
};

const submitApp: Route = {
  method: 'POST',
  path: '/second-factor/app',
  who: 'person',
  fresh: '/second-factor/app',
  handle: async (visit, parts) => {
    const form = parseForm(APP, visit.form);
    const { session, client } = visit;
    const { factors } = parts.identity;
    const returnTo = wayOn(form.return, parts);
    const done = await factors.confirmTotp({ session, enrolment: form.enrolment, code: form.code, client });
    if (done.outcome === 'added') return afterAdded(done, visit, parts, returnTo);
    const begun = done.outcome === 'wrong' ? await factors.resumeTotp(session, form.enrolment) : undefined;
    if (done.outcome === 'expired' || begun === undefined) return goTo(withDone('/account', 'too-late'));
    const view = { ...viewOf(visit, parts, returnTo), ...begun, problems: codeProblem(done.clock) };
    return page(addAppPage(view), parts, returnTo, 422);
  },
};

const showPasskey: Route = {
  method: 'GET',
  path: '/second-factor/passkey',
  who: 'person',
  fresh: '/account',
  handle: (visit, parts) =>
    passkeyPage(visit, parts, wayOn(visit.url.searchParams.get('return'), parts), visit.session.device),
};

const passkeyPage = async (
  visit: InsideVisit,
  parts: Parts,
  returnTo: string | undefined,
  name: string,
  problems?: FormProblems,
): Promise<Answer> => {
  const begun = await parts.identity.factors.beginPasskey(visit.session);
  const host = new URL(parts.config.portalOrigin).hostname;
  const view = { ...viewOf(visit, parts, returnTo), ...begun, host, name, problems };
  return page(addPasskeyPage(view), parts, returnTo, problems === undefined ? 200 : 422);
};

const submitPasskey: Route = {
  method: 'POST',
  path: '/second-factor/passkey',
  who: 'person',
  fresh: '/second-factor/passkey',
  handle: async (visit, parts) => {
    const { enrolment, answer, name, return: asked } = parseForm(PASSKEY, visit.form);
    const { session, client } = visit;
    const returnTo = wayOn(asked, parts);
    const done = await parts.identity.factors.confirmPasskey({ session, enrolment, answer, name, client });
    if (done.outcome === 'added') return afterAdded(done, visit, parts, returnTo);
    const summary =
      done.outcome === 'wrong'
        ? 'This passkey was not accepted. Try again.'
        : 'That took too long, or the passkey is there already. Try again.';
    return passkeyPage(visit, parts, returnTo, name, { summary });
  },
};

const rename: Route = {
  method: 'POST',
  path: '/second-factor/passkey/:id/name',
  who: 'person',
  handle: async (visit, parts) => {
    const { name } = parseForm(z.object({ name: z.string().max(256) }), visit.form);
    const { session, client, params } = visit;
    const done = await parts.identity.factors.renamePasskey(session, params['id'] ?? '', name, client);
    return goTo(done ? withDone('/account', 'passkey-renamed') : '/account');
  },
};

/** Asks once more, and then takes a factor away. */
const removal = (
  path: string,
  words: { title: string; text: string; button: string },
  remove: (visit: InsideVisit, parts: Parts) => Promise<boolean>,
): readonly Route[] => [
  {
    method: 'GET',
    path,
    who: 'person',
    fresh: '/account',
    handle: (visit, parts) =>
      page(
        confirmPage({
          ...viewOf(visit, parts, undefined),
          ...words,
          section: 'account',
          action: visit.url.pathname,
          back: '/account',
        }),
        parts,
      ),
  },
  {
    method: 'POST',
    path,
    who: 'person',
    fresh: '/account',
    handle: async (visit, parts) =>
      goTo((await remove(visit, parts)) ? withDone('/account', 'factor-removed') : '/account'),
  },
];

const removeApp = removal(
  '/second-factor/app/remove',
  {
    title: 'Remove the authenticator app?',
    text: 'Its codes stop working at once. Without another factor your password alone signs you in.',
    button: 'Remove the app',
  },
  ({ session, client }, { identity }) => identity.factors.removeTotp(session, client),
);

const removePasskey = removal(
  '/second-factor/passkey/:id/remove',
  {
    title: 'Remove this passkey?',
    text: 'It stops working at once. Delete it on the device as well, so that it is no longer offered.',
    button: 'Remove the passkey',
  },
  ({ session, client, params }, { identity }) =>
    identity.factors.removePasskey(session, params['id'] ?? '', client),
);

const askCodes: Route = {
  method: 'GET',
  path: '/second-factor/recovery',
  who: 'person',
  fresh: '/account',
  handle: (visit, parts) =>
    page(
      confirmPage({
        ...viewOf(visit, parts, undefined),
        section: 'account',
        title: 'Make new recovery codes?',
        text: 'You get ten new ones. Those that you have now stop working.',
        action: '/second-factor/recovery',
        button: 'Make new codes',
        back: '/account',
      }),
      parts,
    ),
};

const renewCodes: Route = {
  method: 'POST',
  path: '/second-factor/recovery',
  who: 'person',
  fresh: '/account',
  handle: async (visit, parts) => {
    const { factors } = parts.identity;
    const { totp, passkeys } = await factors.of(visit.session.person.id);
    if (totp === undefined && passkeys.length === 0) return goTo('/account');
    const codes = await factors.renewRecovery(visit.session, visit.client);
    const portal = new URL(parts.config.portalOrigin).host;
    return page(recoveryCodesPage({ ...viewOf(visit, parts, undefined), codes, portal }), parts);
  },
};

export const secondFactorRoutes: readonly Route[] = [
  choose,
  showApp,
  submitApp,
  ...removeApp,
  showPasskey,
  submitPasskey,
  rename,
  ...removePasskey,
  askCodes,
  renewCodes,
];

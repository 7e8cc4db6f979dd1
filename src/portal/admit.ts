import { type Answer, goTo } from './answer.ts';
import { manages } from './config.ts';
import { dutyOf, isOpenWithoutFactor, wayToFactor } from './duty.ts';
import type { FormOwner } from './forms/form-tokens.ts';
import { type FormFields, readForm } from './forms/read-form.ts';
import { isNavigation, isSameOrigin } from './forms/same-origin.ts';
import { refuse } from './refusal.ts';
import type { Route } from './route.ts';
import type { Parts, Visit } from './visit.ts';

// What our own pages did not send is refused before anything of it is used (C27). The token is bound to the session, and
// before there is one to the browser, so that nobody can be signed in to somebody else's account either.
const readOwnForm = async (route: Route, visit: Visit, { config, tokens }: Parts): Promise<FormFields> => {
  const { headers } = visit.request;
  if (!isSameOrigin(headers, config.portalOrigin)) return refuse('form-foreign');
  if (route.who !== 'anyone' && visit.session === undefined) return refuse('sign-in-needed');
  const form = await readForm(visit.request);
  const token = typeof form['form'] === 'string' ? form['form'] : '';
  const owner: FormOwner =
    route.who === 'anyone' || visit.session === undefined
      ? { browser: visit.browser }
      : { session: visit.session.id };
  return tokens.accepts(owner, token) ? form : refuse('form-expired');
};

const toSignIn = ({ request, url }: Visit): Answer => {
  if (!isNavigation(request.headers)) return refuse('sign-in-needed');
  const here = url.pathname + url.search;
  return goTo(here === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ return: here })}`);
};

/** Lets a request through to the handler of its route, or refuses it. */
export const admit = async (route: Route, visit: Visit, parts: Parts): Promise<Answer> => {
  // Neither cookies nor a session count here, so no other site can make a browser do anything with them.
  if (route.who === 'machine') return route.handle({ ...visit, form: await readForm(visit.request) }, parts);
  const form = route.method === 'POST' ? await readOwnForm(route, visit, parts) : {};
  if (route.who === 'anyone') return route.handle({ ...visit, form }, parts);
  const { session } = visit;
  if (session === undefined) return toSignIn(visit);
  if (route.who === 'manager' && !manages(parts.config, session.person.roles)) return refuse('role-needed');
  if (dutyOf(session, parts)?.when === 'now' && !isOpenWithoutFactor(route.path)) {
    const here = route.method === 'GET' ? visit.url.pathname + visit.url.search : '/';
    return goTo(await wayToFactor(session, here, parts));
  }
  if (route.fresh !== undefined && !(await parts.identity.factors.isConfirmed(session))) {
    const back = route.method === 'GET' ? visit.url.pathname + visit.url.search : route.fresh;
    return goTo(`/confirm?${new URLSearchParams({ return: back })}`);
  }
  return route.handle({ ...visit, form, session }, parts);
};

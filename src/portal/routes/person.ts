import { z } from 'zod';
import type { Person } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { manages } from '../config.ts';
import { fieldsOf } from '../forms/read-form.ts';
import { confirmPage } from '../pages/confirm.ts';
import type { FormProblems } from '../pages/fields.ts';
import { personPage } from '../pages/person.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { actorOf, type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { doneOf, withDone } from './done.ts';
import { showResetLink } from './one-time-link.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW } from './problems.ts';
import { choicesOf, offeredRoles, ROLES } from './role-choices.ts';
import { endsByDays, lastDay, typedDays, untilField } from './role-ends.ts';

const personOf = async (visit: InsideVisit, parts: Parts): Promise<Person> =>
  (await parts.identity.people.get(visit.params['id'] ?? '')) ?? refuse('person-unknown');

/** The person that an act is about, who is never the one that acts. */
const otherOf = async (visit: InsideVisit, parts: Parts): Promise<Person> => {
  const person = await personOf(visit, parts);
  return person.id === visit.session.person.id ? refuse('own-account') : person;
};

/** The roles and their last days as they stand in the form. */
interface Typed {
  roles: readonly string[];
  days: Readonly<Record<string, string>>;
}

const daysOf = ({ roleEnds = {} }: Person): Typed['days'] =>
  Object.fromEntries(Object.entries(roleEnds).map(([role, end]) => [role, lastDay(end)]));

/** What was typed before the page asked who one is: only our own pages lead back with it. */
const keptOf = ({ url, request }: InsideVisit, parts: Parts, person: Person): Typed | undefined => {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return undefined;
  const sent = fieldsOf(url.searchParams);
  const role = ROLES.safeParse(sent['role']);
  if (sent['kept'] !== '1' || !role.success) return undefined;
  const offered = choicesOf(parts.config, person.roles).map(({ name }) => name);
  const roles = role.data.filter((name) => offered.includes(name));
  return { roles, days: typedDays(sent, roles) };
};

const page = async (
  person: Person,
  visit: InsideVisit,
  parts: Parts,
  typed: Typed = { roles: person.roles, days: daysOf(person) },
  problems?: FormProblems,
): Promise<Answer> => ({
  kind: 'page',
  status: problems === undefined ? 200 : 409,
  html: personPage({
    assets: parts.assets.urls,
    insider: insiderOf(visit, parts),
    person,
    roles: choicesOf(parts.config, person.roles, typed.roles).map((choice) => ({
      ...choice,
      until: typed.days[choice.name],
    })),
    sessions: (await parts.identity.sessions.list(person.id)).length,
    wait: await parts.identity.unlock.wait(person),
    mail: parts.identity.recovery.available,
    factors: await parts.identity.factors.of(person.id),
    links: await parts.identity.providers.linksOf(person.id),
    isSelf: person.id === visit.session.person.id,
    problems,
    done: doneOf(visit),
  }),
});

const show: Route = {
  method: 'GET',
  path: '/people/:id',
  who: 'manager',
  handle: async (visit, parts) => {
    const person = await personOf(visit, parts);
    return page(person, visit, parts, keptOf(visit, parts, person));
  },
};

const setRoles: Route = {
  method: 'POST',
  path: '/people/:id/roles',
  who: 'manager',
  handle: async (visit, parts) => {
    const person = await personOf(visit, parts);
    const { role } = parseForm(z.object({ role: ROLES }), visit.form);
    const roles = offeredRoles(choicesOf(parts.config, person.roles), role);
    const days = typedDays(visit.form, roles);
    const typed = { roles, days };
    if (!(await parts.identity.factors.isConfirmed(visit.session))) {
      const kept = new URLSearchParams([['kept', '1'], ...roles.map((name) => ['role', name])]);
      for (const [name, day] of Object.entries(days)) kept.set(untilField(name), day);
      return goTo(`/confirm?${new URLSearchParams({ return: `/people/${person.id}?${kept}` })}`);
    }
    const isSelf = person.id === visit.session.person.id;
    if (isSelf && !manages(parts.config, roles)) {
      const summary =
        'You would shut yourself out of this page. Ask another administrator to take the role away.';
      return page(person, visit, parts, typed, { summary });
    }
    const ends = endsByDays(days, person.roleEnds, parts.clock.now());
    if (ends === undefined) {
      const role = 'A last day has to be a day that is still to come, or empty.';
      return page(person, visit, parts, typed, { summary: LOOK_BELOW, fields: { role } });
    }
    await parts.identity.people.setRoles(person.id, roles, actorOf(visit), ends);
    return goTo(withDone(`/people/${person.id}`, 'roles-changed'));
  },
};

const enable: Route = {
  method: 'POST',
  path: '/people/:id/enable',
  who: 'manager',
  handle: async (visit, parts) => {
    const person = await otherOf(visit, parts);
    await parts.identity.people.enable(person.id, actorOf(visit));
    return goTo(withDone(`/people/${person.id}`, 'person-enabled'));
  },
};

const unlock: Route = {
  method: 'POST',
  path: '/people/:id/unlock',
  who: 'manager',
  handle: async (visit, parts) => {
    const person = await personOf(visit, parts);
    await parts.identity.unlock.person(person.id, actorOf(visit));
    return goTo(withDone(`/people/${person.id}`, 'person-unlocked'));
  },
};

interface Act {
  word: 'disable' | 'reset' | 'invite' | 'reset-factors' | 'sign-out';
  title: (name: string) => string;
  text: string;
  button: string;
  act: (person: Person, visit: InsideVisit, parts: Parts) => Promise<Answer>;
}

/** What takes something away from somebody: asked once more, then done. */
const ACTS: readonly Act[] = [
  {
    word: 'disable',
    title: (name) => `Disable ${name}?`,
    text: 'Every session ends within seconds, and the person cannot sign in any more. Nothing is deleted, and you can enable the account again.',
    button: 'Disable the account',
    act: async (person, visit, parts) => {
      await parts.identity.people.disable(person.id, actorOf(visit));
      return goTo(withDone(`/people/${person.id}`, 'person-disabled'));
    },
  },
  {
    word: 'reset',
    title: (name) => `Reset the password of ${name}?`,
    text: 'The password stops working at once and every session ends. You get a link to pass on, behind which the person chooses a new one.',
    button: 'Reset the password',
    act: (person, visit, parts) => showResetLink(person, 'reset', visit, parts),
  },
  {
    word: 'invite',
    title: (name) => `Send ${name} a link?`,
    text: 'The password stops working at once and every session ends. A link for a new one goes to the e-mail address of the account; you do not see it.',
    button: 'Send the link',
    act: async (person, visit, parts) => {
      await parts.identity.recovery.invite(person.id, actorOf(visit));
      return goTo(withDone(`/people/${person.id}`, 'invitation-sent'));
    },
  },
  {
    word: 'reset-factors',
    title: (name) => `Take the second factors of ${name} away?`,
    text: 'The authenticator app, every passkey and the recovery codes stop working, and every session ends. Do it only when you know that it is them who ask: the password alone lets them in then.',
    button: 'Take them away',
    act: async (person, visit, parts) => {
      await parts.identity.factors.reset(person.id, actorOf(visit));
      return goTo(withDone(`/people/${person.id}`, 'factors-reset'));
    },
  },
  {
    word: 'sign-out',
    title: (name) => `Sign ${name} out everywhere?`,
    text: 'Every session and every app opened from it ends within seconds. The person can sign in again.',
    button: 'End every session',
    act: async (person, visit, parts) => {
      await parts.identity.sessions.endAll(person.id, 'revoked', visit.client);
      return goTo(withDone(`/people/${person.id}`, 'person-signed-out'));
    },
  },
];

const routesOf = ({ word, title, text, button, act }: Act): readonly Route[] => {
  const path = `/people/:id/${word}`;
  return [
    {
      method: 'GET',
      path,
      who: 'manager',
      fresh: '/people',
      handle: async (visit, parts) => {
        const person = await otherOf(visit, parts);
        const back = `/people/${person.id}`;
        return {
          kind: 'page',
          html: confirmPage({
            assets: parts.assets.urls,
            insider: insiderOf(visit, parts),
            title: title(person.displayName),
            text,
            action: `${back}/${word}`,
            button,
            back,
          }),
        };
      },
    },
    {
      method: 'POST',
      path,
      who: 'manager',
      fresh: '/people',
      handle: async (visit, parts) => act(await otherOf(visit, parts), visit, parts),
    },
  ];
};

export const personRoutes: readonly Route[] = [show, setRoles, enable, unlock, ...ACTS.flatMap(routesOf)];

import { z } from 'zod';
import type { Person } from '../../identity/index.ts';
import { type Answer, goTo } from '../answer.ts';
import { manages } from '../config.ts';
import { confirmPage } from '../pages/confirm.ts';
import type { FormProblems } from '../pages/fields.ts';
import { personPage } from '../pages/person.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { actorOf, type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { doneOf, withDone } from './done.ts';
import { showResetLink } from './one-time-link.ts';
import { parseForm } from './parse.ts';
import { choicesOf, offeredRoles, ROLES } from './role-choices.ts';

const personOf = async (visit: InsideVisit, parts: Parts): Promise<Person> =>
  (await parts.identity.people.get(visit.params['id'] ?? '')) ?? refuse('person-unknown');

/** The person that an act is about, who is never the one that acts. */
const otherOf = async (visit: InsideVisit, parts: Parts): Promise<Person> => {
  const person = await personOf(visit, parts);
  return person.id === visit.session.person.id ? refuse('own-account') : person;
};

const page = async (
  person: Person,
  visit: InsideVisit,
  parts: Parts,
  chosen: readonly string[] = person.roles,
  problems?: FormProblems,
): Promise<Answer> => ({
  kind: 'page',
  status: problems === undefined ? 200 : 409,
  html: personPage({
    assets: parts.assets.urls,
    insider: insiderOf(visit, parts),
    person,
    roles: choicesOf(parts.config, person.roles, chosen),
    sessions: (await parts.identity.sessions.list(person.id)).length,
    wait: await parts.identity.unlock.wait(person),
    mail: parts.identity.recovery.available,
    isSelf: person.id === visit.session.person.id,
    problems,
    done: doneOf(visit),
  }),
});

const show: Route = {
  method: 'GET',
  path: '/people/:id',
  who: 'manager',
  handle: async (visit, parts) => page(await personOf(visit, parts), visit, parts),
};

const setRoles: Route = {
  method: 'POST',
  path: '/people/:id/roles',
  who: 'manager',
  handle: async (visit, parts) => {
    const person = await personOf(visit, parts);
    const { role } = parseForm(z.object({ role: ROLES }), visit.form);
    const roles = offeredRoles(choicesOf(parts.config, person.roles), role);
    const isSelf = person.id === visit.session.person.id;
    if (isSelf && !manages(parts.config, roles)) {
      const summary =
        'You would shut yourself out of this page. Ask another administrator to take the role away.';
      return page(person, visit, parts, roles, { summary });
    }
    await parts.identity.people.setRoles(person.id, roles, actorOf(visit));
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
  word: 'disable' | 'reset' | 'invite' | 'sign-out';
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
      handle: async (visit, parts) => act(await otherOf(visit, parts), visit, parts),
    },
  ];
};

export const personRoutes: readonly Route[] = [show, setRoles, enable, unlock, ...ACTS.flatMap(routesOf)];

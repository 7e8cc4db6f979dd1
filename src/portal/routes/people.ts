import { z } from 'zod';
import { isGatehouseError } from '../../core/index.ts';
import { type Answer, goTo } from '../answer.ts';
import type { FormProblems } from '../pages/fields.ts';
import { newPersonPage, peoplePage } from '../pages/people.ts';
import type { Route } from '../route.ts';
import { actorOf, type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { withDone } from './done.ts';
import { showResetLink } from './one-time-link.ts';
import { parseForm } from './parse.ts';
import { LOOK_BELOW } from './problems.ts';
import { choicesOf, offeredRoles, ROLES } from './role-choices.ts';

const PAGE = 50;

const list: Route = {
  method: 'GET',
  path: '/people',
  who: 'manager',
  handle: async (visit, parts) => {
    const after = z.string().min(1).max(64).safeParse(visit.url.searchParams.get('after'));
    const found = await parts.identity.people.list({
      limit: PAGE + 1,
      ...(after.success && { after: after.data }),
    });
    const people = found.slice(0, PAGE);
    return {
      kind: 'page',
      html: peoplePage({
        assets: parts.assets.urls,
        insider: insiderOf(visit, parts),
        people: await Promise.all(
          people.map(async (person) => ({ person, factors: await parts.identity.factors.of(person.id) })),
        ),
        more: found.length > PAGE ? people.at(-1)?.id : undefined,
        isFirst: !after.success,
      }),
    };
  },
};

const FORM = z.object({
  name: z.string().max(256),
  displayName: z.string().max(256),
  email: z.string().max(320),
  role: ROLES,
});

type Typed = z.output<typeof FORM>;
const NOTHING: Typed = { name: '', displayName: '', email: '', role: [] };

const newPerson = (visit: InsideVisit, parts: Parts, typed: Typed, problems?: FormProblems): Answer => ({
  kind: 'page',
  status: problems === undefined ? 200 : 422,
  html: newPersonPage({
    assets: parts.assets.urls,
    insider: insiderOf(visit, parts),
    ...typed,
    roles: choicesOf(parts.config, [], typed.role),
    mail: parts.identity.recovery.available,
    problems,
  }),
});

const showNew: Route = {
  method: 'GET',
  path: '/people/new',
  who: 'manager',
  handle: (visit, parts) => newPerson(visit, parts, NOTHING),
};

/** The field that an error of `people.add` is about. */
const FIELD_OF = {
  'name-invalid': 'name',
  'name-taken': 'name',
  'email-invalid': 'email',
  'role-invalid': 'role',
};

const fieldProblem = (error: unknown): FormProblems | undefined => {
  if (!isGatehouseError(error) || !Object.hasOwn(FIELD_OF, error.code)) return undefined;
  const field = FIELD_OF[error.code as keyof typeof FIELD_OF];
  const message = `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
  return {
    summary: LOOK_BELOW,
    fields: { [field]: error.remedy === undefined ? message : `${message} ${error.remedy}` },
  };
};

const add: Route = {
  method: 'POST',
  path: '/people',
  who: 'manager',
  handle: async (visit, parts) => {
    const typed = parseForm(FORM, visit.form);
    const roles = offeredRoles(choicesOf(parts.config, []), typed.role);
    const by = actorOf(visit);
    try {
      const person = await parts.identity.people.add(
        {
          name: typed.name.trim(),
          displayName: typed.displayName.trim() || undefined,
          email: typed.email.trim() || undefined,
          roles,
        },
        by,
      );
      if (!parts.identity.recovery.available || person.email === undefined)
        return await showResetLink(person, 'invitation', visit, parts);
      await parts.identity.recovery.invite(person.id, by);
      return goTo(withDone(`/people/${person.id}`, 'invited'));
    } catch (error) {
      const problems = fieldProblem(error);
      if (problems === undefined) throw error;
      return newPerson(visit, parts, typed, problems);
    }
  },
};

export const peopleRoutes: readonly Route[] = [list, showNew, add];

import type { EventFields } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import { canonicalName } from '../people/account-name.ts';
import { dropLinks, findReset, RESET_LINKS, useReset } from '../people/links.ts';
import { personUnknown } from '../people/person-rows.ts';
import type { Ports } from '../ports.ts';
import { actorFields, clientFields, recordThen, subjectFields } from '../record.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type { Regulation } from '../sign-in/regulation.ts';
import type { ClientInfo, PasswordChange, Passwords, People, Person } from '../types.ts';
import type { NewPassword } from './new-password.ts';
import type { PasswordBook } from './password-book.ts';
import { PasswordRefused } from './password-policy.ts';
import { Busy } from './work-queue.ts';

export interface PasswordParts {
  ports: Ports;
  book: PasswordBook;
  newPassword: NewPassword;
  regulation: Regulation;
  people: Pick<People, 'get'>;
  lifecycle: SessionLifecycle;
  look(): Promise<void>;
}

/** Runs what needs a hash; a full queue is an answer, not an error. */
export const orBusy = async <T>(
  work: () => Promise<T>,
): Promise<T | { outcome: 'busy'; retryAfter: number }> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Busy) return { outcome: 'busy', retryAfter: error.retryAfter };
    throw error;
  }
};

export const openPasswords = (parts: PasswordParts): Passwords => {
  const { ports, book, newPassword, regulation, people, lifecycle, look } = parts;
  const { store, clock, events } = ports;

  const existing = async (id: string): Promise<Person> => {
    const person = await people.get(id);
    if (person === undefined) throw personUnknown();
    return person;
  };

  /** Writes a new password and ends the sessions that the old one began, all but `except`. */
  const replace = async (input: {
    person: Person;
    password: string;
    mustChange: boolean;
    fields: EventFields;
    except?: string;
    first?(tx: Queries): Promise<boolean>;
  }): Promise<boolean> => {
    const { person, mustChange, fields, except, first } = input;
    const record = await book.hash(input.password);
    const why = 'password-changed';
    const ended = await recordThen(events, 'password.changed', fields, () =>
      store.transaction(async (tx) => {
        if (first !== undefined && !(await first(tx))) return undefined;
        const sessions = await lifecycle.endAllWithin(tx, person.id, why, except);
        await book.write(tx, person.id, record, { mustChange });
        for (const purpose of RESET_LINKS) await dropLinks(tx, purpose, person.id);
        await tx.deleteFrom('sign_ins').where('person_id', '=', person.id).execute();
        return sessions;
      }),
    );
    if (ended === undefined) return false;
    await look();
    await lifecycle.recordEnds(ended, why, fields);
    return true;
  };

  const ownFields = (person: Person, client: ClientInfo): EventFields => ({
    actor: person.id,
    ...subjectFields(person),
    ...clientFields(client),
  });

  const whose = async (token: string): Promise<Person | undefined> => {
    const link = await findReset(store.db, token, clock.now());
    const person = link?.personId === undefined ? undefined : await people.get(link.personId);
    return person?.disabled === false ? person : undefined;
  };

  return {
    change: ({ session, current, password, client }) =>
      orBusy(async (): Promise<PasswordChange> => {
        // A stolen session must not become an oracle for the password: its guesses count with those at sign-in.
        const admission = await regulation.admit(canonicalName(session.person.name), client);
        if (!admission.allowed) return { outcome: 'throttled', retryAfter: admission.retryAfter };
        let right: boolean;
        try {
          right = await book.isRight(session.person.id, current);
        } catch (error) {
          await admission.unanswered();
          throw error;
        }
        const person = await existing(session.person.id);
        if (!right) {
          await admission.failed();
          await events.record({
            type: 'signin.failed',
            outcome: 'failure',
            fields: {
              ...ownFields(person, client),
              session: session.id,
              reason: 'wrong password at a change',
            },
          });
          return { outcome: 'wrong-password' };
        }
        await admission.succeeded();
        const problems = [...(await newPassword.problems(password, person))];
        if (password.normalize('NFKC') === current.normalize('NFKC')) {
          problems.push({ kind: 'same-as-before', says: 'It is the one you have now.' });
        }
        if (problems.length > 0) return { outcome: 'refused', problems };
        const fields = { ...ownFields(person, client), session: session.id };
        await replace({ person, password, mustChange: false, fields, except: session.id });
        const rotated = await lifecycle.rotate(session.id, [{ kind: 'password', at: clock.now() }]);
        await look();
        return { outcome: 'changed', ...rotated };
      }),

    whoseLink: (token) => whose(token),

    redeemLink: ({ token, password, client }) =>
      orBusy(async (): Promise<PasswordChange> => {
        const person = await whose(token);
        if (person === undefined) return { outcome: 'link-invalid' };
        const problems = await newPassword.problems(password, person);
        if (problems.length > 0) return { outcome: 'refused', problems };
        await regulation.forgive(canonicalName(person.name));
        const fields = { ...ownFields(person, client), reason: 'one-time link' };
        const first = async (tx: Queries) => (await useReset(tx, token, clock.now())) !== undefined;
        const done = await replace({ person, password, mustChange: false, fields, first });
        return done ? { outcome: 'changed' } : { outcome: 'link-invalid' };
      }),

    set: async (id, password, { mustChange }, by) => {
      const person = await existing(id);
      const problems = await newPassword.problems(password, person);
      if (problems.length > 0) throw new PasswordRefused(problems);
      await replace({
        person,
        password,
        mustChange,
        fields: { ...actorFields(by), ...subjectFields(person) },
      });
    },
  };
};

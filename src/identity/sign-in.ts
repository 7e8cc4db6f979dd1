import { type EventFields, newId } from '../core/index.ts';
import type { Queries } from '../store/index.ts';
import { canonicalName, isAccountName } from './account-name.ts';
import type { NewPassword } from './new-password.ts';
import type { PasswordBook } from './password-book.ts';
import type { Ports } from './ports.ts';
import { clientFields, recordThen, subjectFields } from './record.ts';
import type { Regulation } from './regulation.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';
import { endSessions } from './session-rows.ts';
import type { Pending, SignInStates } from './sign-in-state.ts';
import type {
  ClientInfo,
  People,
  Person,
  Sessions,
  SignIn,
  SignInInput,
  SignInProblem,
  SignInStep,
  UsedFactor,
} from './types.ts';
import { Busy } from './work-queue.ts';

/**
 * What is still to be done, in this order, by somebody whose password was right. The first step that applies is asked;
 * `done` is reached when none does, and only there a session is made. A new way to sign in is a new line here, a new
 * kind of step in the types, and a new handler below.
 */
const REMAINING: readonly { step: Pending['step']; applies(person: Person): boolean }[] = [
  { step: 'change-password', applies: (person) => person.mustChangePassword },
];

/** The step that follows for somebody who has used `factors`. */
export const stepAfter = (person: Person): Pending['step'] | 'done' =>
  REMAINING.find(({ applies }) => applies(person))?.step ?? 'done';

export interface SignInParts {
  ports: Ports;
  states: SignInStates;
  book: PasswordBook;
  newPassword: NewPassword;
  regulation: Regulation;
  people: Pick<People, 'get' | 'byName'>;
  lifecycle: SessionLifecycle;
  sessions: Pick<Sessions, 'find'>;
  look(): Promise<void>;
}

interface Submitted<I extends SignInInput = SignInInput> {
  state: string;
  browser: string;
  input: I;
  client: ClientInfo;
  replaces: string | undefined;
}

export const openSignIn = (parts: SignInParts): SignIn => {
  const { ports, states, book, newPassword, regulation, people, lifecycle, sessions, look } = parts;
  const { store, clock, events } = ports;

  const askPassword = (
    browser: string,
    returnTo: string | undefined,
    problem?: SignInProblem,
    retryAfter?: number,
  ): SignInStep => ({
    next: 'password',
    state: states.start(browser, returnTo),
    returnTo,
    ...(problem === undefined ? {} : { problem }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

  const ask = (state: string, pending: Pending, person: Person, extra: object = {}): SignInStep => ({
    next: pending.step,
    state,
    returnTo: pending.returnTo,
    subject: { name: person.name, displayName: person.displayName, email: person.email },
    ...extra,
  });

  const finish = async (
    { browser, client, replaces }: Submitted,
    person: Person,
    factors: readonly UsedFactor[],
    returnTo: string | undefined,
  ): Promise<SignInStep> => {
    const before = replaces === undefined ? undefined : await sessions.find(replaces, undefined);
    const id = newId('ses');
    const fields = {
      actor: person.id,
      name: person.name,
      session: id,
      assurance: 'password',
      factor: factors.map(({ kind }) => kind).join('+'),
      ...clientFields(client),
    };
    const made = await recordThen(events, 'signin.succeeded', fields, () =>
      lifecycle.create({ id, personId: person.id, factors, client, replaces: before?.id }),
    );
    // Disabled or erased in the meantime.
    if (made === undefined) return askPassword(browser, returnTo, 'wrong');
    if (before !== undefined && before.person.id !== person.id) {
      const ended = await store.transaction((tx) => endSessions(tx, [before.id], 'rotated', clock.now()));
      await lifecycle.recordEnds(ended, 'rotated', clientFields(client));
    }
    await look();
    return { next: 'done', ...made, returnTo };
  };

  const refuse = async (fields: EventFields, reason: string): Promise<void> => {
    await events.record({ type: 'signin.failed', outcome: 'failure', fields: { ...fields, reason } });
  };

  /** What somebody typed as a name may be a password in the wrong field: only what could be a name is kept. */
  const accountFields = (account: string, person: Person | undefined, client: ClientInfo): EventFields => ({
    ...(isAccountName(account) ? { account } : {}),
    ...(person === undefined ? {} : { subject: person.id }),
    ...clientFields(client),
  });

  const password = async (submitted: Submitted<SignInInput & { step: 'password' }>): Promise<SignInStep> => {
    const { state, browser, input, client } = submitted;
    const start = states.readStart(state, browser);
    if (start === undefined) return askPassword(browser, undefined, 'expired');
    const account = canonicalName(input.name);
    const admission = await regulation.admit(account, client);
    if (!admission.allowed) {
      const fields = {
        ...accountFields(account, undefined, client),
        reason: `too many guesses: ${admission.by}`,
      };
      await events.record({ type: 'signin.locked', outcome: 'refused', fields });
      return askPassword(browser, start.returnTo, 'throttled', admission.retryAfter);
    }
    const person = await people.byName(account);
    let right: boolean;
    try {
      right = await book.isRight(person?.id, input.password);
    } catch (error) {
      await admission.unanswered();
      if (!(error instanceof Busy)) throw error;
      return askPassword(browser, start.returnTo, 'busy', error.retryAfter);
    }
    if (person === undefined || person.disabled || !right) {
      await admission.failed();
      const reason =
        person === undefined ? 'no such account' : person.disabled ? 'account disabled' : 'wrong password';
      await refuse(accountFields(account, person, client), reason);
      return askPassword(browser, start.returnTo, 'wrong');
    }
    await admission.succeeded();
    const factors: UsedFactor[] = [{ kind: 'password', at: clock.now() }];
    const step = stepAfter(person);
    if (step === 'done') return finish(submitted, person, factors, start.returnTo);
    const kept = start.returnTo === undefined ? {} : { returnTo: start.returnTo };
    const pending: Pending = { step, factors, personId: person.id, ...kept };
    return ask(await states.save(browser, pending), pending, person);
  };

  const changePassword = async (
    submitted: Submitted<SignInInput & { step: 'change-password' }>,
  ): Promise<SignInStep> => {
    const { state, browser, input, client } = submitted;
    const pending = await states.attempt(state, browser);
    const person = pending === undefined ? undefined : await people.get(pending.personId);
    if (pending === undefined || person === undefined || person.disabled) {
      return askPassword(browser, undefined, 'expired');
    }
    try {
      const problems = [...(await newPassword.problems(input.password, person))];
      if (problems.length === 0 && (await book.isRight(person.id, input.password))) {
        problems.push({ kind: 'same-as-before', says: 'It is the one you were given.' });
      }
      if (problems.length > 0) return ask(state, pending, person, { problem: 'refused', problems });
      const record = await book.hash(input.password);
      const fields = { actor: person.id, ...subjectFields(person), ...clientFields(client) };
      const why = 'password-changed';
      const ended = await recordThen(events, 'password.changed', fields, () =>
        store.transaction(async (tx: Queries) => {
          // Of two answers at once one finds the row.
          const won = await tx
            .deleteFrom('sign_ins')
            .where('state_hash', '=', states.hashOf(state))
            .returning('person_id')
            .executeTakeFirst();
          if (won === undefined) return undefined;
          await book.write(tx, person.id, record, { mustChange: false });
          return lifecycle.endAllWithin(tx, person.id, why);
        }),
      );
      if (ended === undefined) return askPassword(browser, pending.returnTo, 'expired');
      await lifecycle.recordEnds(ended, why, fields);
      return finish(submitted, person, pending.factors, pending.returnTo);
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      return ask(state, pending, person, { problem: 'busy', retryAfter: error.retryAfter });
    }
  };

  /** What a step shows when it was answered with something else. */
  const again = async (
    state: string,
    browser: string,
    returnTo: string | undefined,
    problem?: SignInProblem,
  ): Promise<SignInStep> => {
    const start = states.readStart(state, browser);
    if (start !== undefined) return askPassword(browser, start.returnTo, problem);
    const pending = await states.readPending(state, browser);
    const person = pending === undefined ? undefined : await people.get(pending.personId);
    if (pending === undefined || person === undefined || person.disabled) {
      return askPassword(browser, returnTo, problem === undefined ? undefined : 'expired');
    }
    return ask(state, pending, person, problem === undefined ? {} : { problem });
  };

  return {
    start: async ({ browser, returnTo }) => askPassword(browser, returnTo),
    resume: ({ state, browser, returnTo }) => again(state, browser, returnTo),
    submit: async ({ state, browser, input, client, replaces }) => {
      const expected = states.readStart(state, browser) === undefined ? 'pending' : 'password';
      const rest = { state, browser, client, replaces };
      if (expected === 'password' && input.step === 'password') return password({ ...rest, input });
      if (expected === 'pending' && input.step === 'change-password')
        return changePassword({ ...rest, input });
      return again(state, browser, undefined, 'out-of-order');
    },
  };
};

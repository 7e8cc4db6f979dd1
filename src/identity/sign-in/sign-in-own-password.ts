import { Busy } from '../passwords/work-queue.ts';
import { canonicalName } from '../people/account-name.ts';
import { clientFields, recordThen, subjectFields } from '../record.ts';
import type { Handler, Machine, SignInParts } from './sign-in-machine.ts';

/** Asks somebody who has a session and no second factor for the password again. */
export const confirmPassword = (
  { ports, book, regulation }: SignInParts,
  machine: Machine,
): Handler<'confirm-password'> => {
  const { clock, events } = ports;
  return async (submitted) => {
    const { state, browser, input, client } = submitted;
    const attempt = await machine.attempt(submitted);
    if (attempt === undefined) return machine.askPassword(browser, undefined, 'expired');
    const { pending, person } = attempt;
    const fields = {
      factor: 'password',
      ...subjectFields(person),
      ...(pending.session === undefined ? {} : { session: pending.session }),
      ...clientFields(client),
    };
    // A stolen session must not become an oracle for the password: its guesses count with those at sign-in.
    const admission = await regulation.admit(canonicalName(person.name), client);
    if (!admission.allowed) {
      const { by, retryAfter } = admission;
      const reason = `too many guesses: ${by}`;
      await events.record({ type: 'signin.locked', outcome: 'refused', fields: { ...fields, reason } });
      return machine.ask(state, pending, person, { problem: 'throttled', retryAfter });
    }
    let right: boolean;
    try {
      right = await book.isRight(person.id, input.password);
    } catch (error) {
      await admission.unanswered();
      if (!(error instanceof Busy)) throw error;
      return machine.ask(state, pending, person, { problem: 'busy', retryAfter: error.retryAfter });
    }
    if (!right) {
      await admission.failed();
      const reason = 'wrong password';
      await events.record({ type: 'factor.failed', outcome: 'failure', fields: { ...fields, reason } });
      return machine.ask(state, pending, person, { problem: 'wrong' });
    }
    await admission.succeeded();
    const used = { kind: 'password' as const, at: clock.now() };
    return machine.advance(submitted, person, { ...pending, factors: [...pending.factors, used] });
  };
};

/** Asks for a new password from somebody whose present one was chosen by another. */
export const changePassword = (
  { ports, states, book, newPassword, lifecycle }: SignInParts,
  machine: Machine,
): Handler<'change-password'> => {
  const { store, events } = ports;
  return async (submitted) => {
    const { state, browser, input, client } = submitted;
    const attempt = await machine.attempt(submitted);
    if (attempt === undefined) return machine.askPassword(browser, undefined, 'expired');
    const { pending, person } = attempt;
    try {
      const problems = [...(await newPassword.problems(input.password, person))];
      if (problems.length === 0 && (await book.isRight(person.id, input.password))) {
        problems.push({ kind: 'same-as-before', says: 'It is the one you were given.' });
      }
      if (problems.length > 0) return machine.ask(state, pending, person, { problem: 'refused', problems });
      const record = await book.hash(input.password);
      const fields = { actor: person.id, ...subjectFields(person), ...clientFields(client) };
      const why = 'password-changed';
      const ended = await recordThen(events, 'password.changed', fields, () =>
        store.transaction(async (tx) => {
          if (!(await states.consume(tx, state))) return undefined;
          await book.write(tx, person.id, record, { mustChange: false });
          return lifecycle.endAllWithin(tx, person.id, why);
        }),
      );
      if (ended === undefined) return machine.askPassword(browser, pending.returnTo, 'expired');
      await lifecycle.recordEnds(ended, why, fields);
      return machine.enter(submitted, { ...person, mustChangePassword: false }, pending);
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      return machine.ask(state, pending, person, { problem: 'busy', retryAfter: error.retryAfter });
    }
  };
};

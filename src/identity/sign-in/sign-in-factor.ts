import { createHmac } from 'node:crypto';
import type { SecondFactor } from '../factors/second-factor.ts';
import { clientFields, subjectFields } from '../record.ts';
import type { SecondFactorKind, SignInInput, SignInStep } from '../types.ts';
import type { Handler, Machine, SignInParts, Submitted } from './sign-in-machine.ts';

/**
 * Under which name the guesses at somebody's second factor are counted: apart from those at the password, since whoever
 * has the password could otherwise begin afresh with it; and not to be typed as a name.
 */
export const openFactorBudget = ({ ports }: Pick<SignInParts, 'ports'>): ((personId: string) => string) => {
  const key = ports.vault.derive('second factor guesses');
  return (personId) => createHmac('sha256', key).update(personId).digest('base64url');
};

interface FactorHandlers {
  answer(submitted: Submitted<Extract<SignInInput, { step: SecondFactorKind }>>): Promise<SignInStep>;
  change: Handler<'switch'>;
}

/** What a state that asks for one second factor does; the same for every kind. */
export const factorState = (factor: SecondFactor, parts: SignInParts, machine: Machine): FactorHandlers => {
  const { ports, states, regulation, factors, people } = parts;
  const { clock, events } = ports;
  const budgetOf = openFactorBudget(parts);

  const answer: FactorHandlers['answer'] = async (submitted) => {
    const { state, browser, input, client } = submitted;
    const attempt = await machine.attempt(submitted);
    if (attempt === undefined) return machine.askPassword(browser, undefined, 'expired');
    const { pending, person } = attempt;
    const rises = pending.session !== undefined;
    const fields = {
      factor: factor.kind,
      ...subjectFields(person),
      ...(pending.session === undefined ? {} : { session: pending.session }),
      ...clientFields(client),
    };
    const admission = factor.guessable ? await regulation.admit(budgetOf(person.id), client) : undefined;
    if (admission?.allowed === false) {
      const { by, retryAfter } = admission;
      const reason = `too many guesses: ${by}`;
      await events.record({ type: 'signin.locked', outcome: 'refused', fields: { ...fields, reason } });
      return machine.ask(state, pending, person, { problem: 'throttled', retryAfter });
    }
    const checked = await factor
      .check(person, input.answer, states.challengeOf(state, pending.attempts - 1))
      .catch(async (error: unknown) => {
        if (admission?.allowed) await admission.unanswered();
        throw error;
      });
    if (!checked.right) {
      if (admission?.allowed) await admission.failed();
      const type = rises ? 'factor.failed' : 'signin.failed';
      await events.record({ type, outcome: 'failure', fields: { ...fields, reason: checked.reason } });
      if (checked.copied !== undefined) {
        const copied = { ...fields, credential: checked.copied };
        await events.record({ type: 'passkey.copied', outcome: 'refused', fields: copied });
      }
      return machine.ask(state, pending, person, { problem: checked.problem ?? 'wrong' });
    }
    if (admission?.allowed) await admission.succeeded();
    if (factor.kind === 'recovery') {
      await events.record({ type: 'recovery.used', outcome: 'success', fields });
    }
    const used = { kind: factor.kind, at: clock.now() };
    return machine.advance(submitted, person, { ...pending, factors: [...pending.factors, used] });
  };

  const change: Handler<'switch'> = async ({ state, browser, input }) => {
    const pending = await states.readPending(state, browser);
    const person = pending === undefined ? undefined : await people.get(pending.personId);
    if (pending === undefined || person === undefined || person.disabled) {
      return machine.askPassword(browser, undefined, 'expired');
    }
    if (!(await factors[input.to].isReady(person.id))) return machine.ask(state, pending, person);
    if (pending.step === input.to) await factors[input.to].again?.(person.id);
    const { attempts, ...rest } = pending;
    const moved = { ...rest, step: input.to };
    if (!(await states.move(state, moved))) return machine.askPassword(browser, rest.returnTo, 'expired');
    return machine.ask(state, { ...moved, attempts }, person);
  };

  return { answer, change };
};

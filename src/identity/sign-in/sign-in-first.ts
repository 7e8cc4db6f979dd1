import type { EventFields } from '../../core/index.ts';
import { Busy } from '../passwords/work-queue.ts';
import { canonicalName, isAccountName } from '../people/account-name.ts';
import { clientFields } from '../record.ts';
import type { ClientInfo, Person, SignInStep, UsedFactor } from '../types.ts';
import type { Handler, Machine, SignInParts, StateHandlers, Submitted } from './sign-in-machine.ts';

const CHALLENGE_LIFE = 3_600_000;

/** What somebody typed as a name may be a password in the wrong field: only what could be a name is kept. */
const accountFields = (account: string, person: Person | undefined, client: ClientInfo): EventFields => ({
  ...(isAccountName(account) ? { account } : {}),
  ...(person === undefined ? {} : { subject: person.id }),
  ...clientFields(client),
});

/** The first state: nobody is known yet. Answered with name and password, or with a passkey alone. */
export const firstState = (parts: SignInParts, machine: Machine): StateHandlers => {
  const { ports, states, book, regulation, people, factors } = parts;
  const { clock, counters, events } = ports;

  const refuse = async (fields: EventFields, reason: string): Promise<void> => {
    await events.record({ type: 'signin.failed', outcome: 'failure', fields: { ...fields, reason } });
  };

  const goOn = (
    submitted: Submitted,
    person: Person,
    kind: UsedFactor['kind'],
    returnTo: string | undefined,
  ): Promise<SignInStep> =>
    machine.enter(submitted, person, {
      personId: person.id,
      factors: [{ kind, at: clock.now() }],
      ...(returnTo === undefined ? {} : { returnTo }),
    });

  const password: Handler<'password'> = async (submitted) => {
    const { state, browser, input, client } = submitted;
    const start = states.readStart(state, browser);
    if (start === undefined) return machine.askPassword(browser, undefined, 'expired');
    const account = canonicalName(input.name);
    const admission = await regulation.admit(account, client);
    if (!admission.allowed) {
      const fields = {
        ...accountFields(account, undefined, client),
        reason: `too many guesses: ${admission.by}`,
      };
      await events.record({ type: 'signin.locked', outcome: 'refused', fields });
      return machine.askPassword(browser, start.returnTo, 'throttled', admission.retryAfter);
    }
    const person = await people.byName(account);
    let right: boolean;
    try {
      right = await book.isRight(person?.id, input.password);
    } catch (error) {
      await admission.unanswered();
      if (!(error instanceof Busy)) throw error;
      return machine.askPassword(browser, start.returnTo, 'busy', error.retryAfter);
    }
    if (person === undefined || person.disabled || !right) {
      await admission.failed();
      const reason =
        person === undefined ? 'no such account' : person.disabled ? 'account disabled' : 'wrong password';
      await refuse(accountFields(account, person, client), reason);
      return machine.askPassword(browser, start.returnTo, 'wrong');
    }
    await admission.succeeded();
    return goOn(submitted, person, 'password', start.returnTo);
  };

  const passkey: Handler<'passkey'> = async (submitted) => {
    const { state, browser, input, client } = submitted;
    const start = states.readStart(state, browser);
    if (start === undefined) return machine.askPassword(browser, undefined, 'expired');
    const challenge = states.challengeOf(state, 0);
    // Nothing here can be guessed, so a lock against guesses does not hold up the owner; but each challenge counts once.
    const once = { capacity: 1, window: CHALLENGE_LIFE };
    if (!(await counters.take(`signin:challenge:${challenge}`, once)).allowed) {
      return machine.askPassword(browser, start.returnTo, 'expired');
    }
    const personId = await factors.passkey.claimedBy(input.answer);
    const person = personId === undefined ? undefined : await people.get(personId);
    const checked =
      person === undefined || person.disabled
        ? { right: false as const, reason: person === undefined ? 'unknown passkey' : 'account disabled' }
        : await factors.passkey.check(person, input.answer, challenge);
    if (person === undefined || !checked.right) {
      const fields = {
        factor: 'passkey',
        ...(person === undefined ? {} : { subject: person.id }),
        ...clientFields(client),
      };
      await refuse(fields, checked.right ? '' : checked.reason);
      if (!checked.right && 'copied' in checked && checked.copied !== undefined) {
        const copied = { ...fields, credential: checked.copied };
        await events.record({ type: 'passkey.copied', outcome: 'refused', fields: copied });
      }
      return machine.askPassword(browser, start.returnTo, 'wrong');
    }
    return goOn(submitted, person, 'passkey', start.returnTo);
  };

  return { password, passkey };
};

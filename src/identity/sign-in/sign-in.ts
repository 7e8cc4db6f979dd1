import { newId } from '../../core/index.ts';
import { isLastResort } from '../factors/second-factor.ts';
import { clientFields, recordThen } from '../record.ts';
import { assuranceOf, endSessions } from '../sessions/session-rows.ts';
import {
  type ClientInfo,
  isFirstFactor,
  type Person,
  SECOND_FACTOR_KINDS,
  type SecondFactorKind,
  type SignIn,
  type SignInProblem,
  type SignInStep,
  type SignInStepName,
  type UsedFactor,
} from '../types.ts';
import { factorState } from './sign-in-factor.ts';
import { firstState } from './sign-in-first.ts';
import type {
  Arriving,
  InputStep,
  Machine,
  SignInParts,
  StateHandlers,
  Submitted,
} from './sign-in-machine.ts';
import { changePassword, confirmPassword } from './sign-in-own-password.ts';
import type { Attempted, Pending } from './sign-in-state.ts';

/** Every state and the answers that it takes. A new way to sign in is a new line here, and a file with its handler. */
const statesOf = (
  parts: SignInParts,
  machine: Machine,
): Readonly<Record<Exclude<SignInStepName, 'done'>, StateHandlers>> => {
  const factor = (kind: SecondFactorKind) => factorState(parts.factors[kind], parts, machine);
  const [passkey, totp, code, recovery] = [
    factor('passkey'),
    factor('totp'),
    factor('code'),
    factor('recovery'),
  ];
  return {
    password: firstState(parts, machine),
    passkey: { passkey: passkey.answer, switch: passkey.change },
    totp: { totp: totp.answer, switch: totp.change },
    code: { code: code.answer, switch: code.change },
    recovery: { recovery: recovery.answer, switch: recovery.change },
    'confirm-password': { 'confirm-password': confirmPassword(parts, machine) },
    'change-password': { 'change-password': changePassword(parts, machine) },
  };
};

interface Standing {
  person: Person;
  /** Second factors that the person has, the preferred one first. */
  ready: readonly SecondFactorKind[];
  done: Omit<Pending, 'step'>;
}

/**
 * What is still to be asked, in this order. The first line that names a state decides; where none does the sign-in is
 * done, and only there a session is made or rises.
 */
const REMAINING: readonly ((standing: Standing) => Pending['step'] | undefined)[] = [
  ({ ready, done }) => (done.factors.every(isFirstFactor) ? ready[0] : undefined),
  ({ done }) => (done.factors.length === 0 ? 'confirm-password' : undefined),
  ({ person, done }) =>
    done.session === undefined &&
    person.mustChangePassword &&
    done.factors.some(({ kind }) => kind === 'password')
      ? 'change-password'
      : undefined,
];

const stateAfter = (standing: Standing): Pending['step'] | 'done' => {
  for (const line of REMAINING) {
    const step = line(standing);
    if (step !== undefined) return step;
  }
  return 'done';
};

export interface OpenSignIn extends SignIn {
  /** Goes on with somebody whom another provider vouched for: its word is the first factor, and what remains is asked. */
  proceed(input: {
    browser: string;
    client: ClientInfo;
    replaces: string | undefined;
    person: Person;
    factors: readonly UsedFactor[];
    returnTo: string | undefined;
  }): Promise<SignInStep>;
}

export const openSignIn = (parts: SignInParts): OpenSignIn => {
  const { ports, states, people, lifecycle, sessions, factors, look } = parts;
  const { store, clock, events } = ports;

  const readyOf = async (personId: string): Promise<SecondFactorKind[]> => {
    const ready: SecondFactorKind[] = [];
    for (const kind of SECOND_FACTOR_KINDS) if (await factors[kind].isReady(personId)) ready.push(kind);
    return ready.every(isLastResort) ? [] : ready;
  };

  const askPassword: Machine['askPassword'] = (browser, returnTo, problem, retryAfter) => {
    const state = states.start(browser, returnTo);
    return {
      next: 'password',
      state,
      returnTo,
      prompt: factors.passkey.openPrompt(states.challengeOf(state, 0)),
      ...(problem === undefined ? {} : { problem }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  };

  const ask: Machine['ask'] = async (state, pending, person, extra = {}) => {
    const common = {
      state,
      returnTo: pending.returnTo,
      rises: pending.session !== undefined,
      subject: { name: person.name, displayName: person.displayName, email: person.email },
      ...extra,
    };
    const { step } = pending;
    if (step === 'change-password' || step === 'confirm-password') return { ...common, next: step };
    const challenge = states.challengeOf(state, pending.attempts);
    const prompt = await factors[step].prompt?.(person.id, challenge);
    const others = (await readyOf(person.id)).filter((kind) => kind !== step);
    return { ...common, next: step, others, ...(prompt === undefined ? {} : { prompt }) };
  };

  /** The session that this browser has now. */
  const sessionOf = async (token: string | undefined) =>
    token === undefined ? undefined : sessions.find(token, undefined);

  const begin = async (arriving: Arriving, person: Person, done: Omit<Pending, 'step'>) => {
    const { browser, client, replaces } = arriving;
    const before = await sessionOf(replaces);
    const id = newId('ses');
    const fields = {
      actor: person.id,
      name: person.name,
      session: id,
      assurance: assuranceOf(done.factors),
      factor: done.factors.map(({ kind }) => kind).join('+'),
      ...clientFields(client),
    };
    const made = await recordThen(events, 'signin.succeeded', fields, () =>
      lifecycle.create({ id, personId: person.id, factors: done.factors, client, replaces: before?.id }),
    );
    // Disabled or erased in the meantime.
    if (made === undefined) return askPassword(browser, done.returnTo, 'wrong');
    if (before !== undefined && before.person.id !== person.id) {
      const ended = await store.transaction((tx) => endSessions(tx, [before.id], 'rotated', clock.now()));
      await lifecycle.recordEnds(ended, 'rotated', clientFields(client));
    }
    await look();
    return { next: 'done' as const, ...made, returnTo: done.returnTo };
  };

  const rise = async (
    { browser, client }: Arriving,
    person: Person,
    done: Omit<Pending, 'step'>,
    session: string,
  ) => {
    const fields = {
      actor: person.id,
      name: person.name,
      session,
      factor: done.factors.map(({ kind }) => kind).join('+'),
      ...clientFields(client),
    };
    const risen = await recordThen(events, 'factor.used', fields, () =>
      lifecycle.rotate(session, done.factors),
    );
    if (risen === undefined) return askPassword(browser, done.returnTo, 'expired');
    await look();
    return { next: 'done' as const, ...risen, returnTo: done.returnTo };
  };

  const enter: Machine['enter'] = async (arriving, person, done) => {
    const step = stateAfter({ person, ready: await readyOf(person.id), done });
    if (step !== 'done') {
      const pending = { ...done, step };
      return ask(await states.save(arriving.browser, pending), { ...pending, attempts: 0 }, person);
    }
    return done.session === undefined
      ? begin(arriving, person, done)
      : rise(arriving, person, done, done.session);
  };

  const attempt: Machine['attempt'] = async ({ state, browser, replaces }) => {
    const pending = await states.attempt(state, browser);
    const person = pending === undefined ? undefined : await people.get(pending.personId);
    if (pending === undefined || person === undefined || person.disabled) return undefined;
    // What was begun to raise one session raises no other, and none that has ended.
    if (pending.session !== undefined && (await sessionOf(replaces))?.id !== pending.session)
      return undefined;
    return { pending, person };
  };

  const machine: Machine = {
    askPassword,
    ask,
    attempt,
    enter,
    advance: async (submitted, person, done) =>
      (await store.transaction((tx) => states.consume(tx, submitted.state)))
        ? enter(submitted, person, done)
        : askPassword(submitted.browser, done.returnTo, 'expired'),
  };
  const table = statesOf(parts, machine);

  const standing = async (state: string, browser: string): Promise<Attempted | 'password' | undefined> =>
    states.readStart(state, browser) === undefined ? states.readPending(state, browser) : 'password';

  /** Shows the state again, or the first one where it is no longer valid. */
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

    stepUp: async ({ session, browser, returnTo }) => {
      const { person } = session;
      const kept = returnTo === undefined ? {} : { returnTo };
      const done = { personId: person.id, factors: [], session: session.id, ...kept };
      const step = stateAfter({ person, ready: await readyOf(person.id), done });
      if (step === 'done') return askPassword(browser, returnTo, 'expired');
      const pending = { ...done, step };
      return ask(await states.save(browser, pending), { ...pending, attempts: 0 }, person);
    },

    proceed: ({ person, factors, returnTo, ...rest }) =>
      enter(rest, person, {
        personId: person.id,
        factors: [...factors],
        ...(returnTo === undefined ? {} : { returnTo }),
      }),

    submit: async (submitted) => {
      const { state, browser, input } = submitted;
      const at = await standing(state, browser);
      const handlers = at === undefined ? {} : table[at === 'password' ? at : at.step];
      const handle = handlerOf(handlers, input.step);
      return handle === undefined
        ? again(state, browser, undefined, 'out-of-order')
        : handle({ ...submitted, replaces: submitted.replaces });
    },
  };
};

/** The handler of one state for one kind of answer, ready for the answer whose kind was looked up. */
const handlerOf = (
  handlers: StateHandlers,
  step: InputStep,
): ((submitted: Submitted) => Promise<SignInStep>) | undefined =>
  handlers[step] as ((submitted: Submitted) => Promise<SignInStep>) | undefined;

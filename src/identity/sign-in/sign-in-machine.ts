import type { PasskeyFactor } from '../factors/passkey.ts';
import type { SecondFactor } from '../factors/second-factor.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { PasswordBook } from '../passwords/password-book.ts';
import type { Ports } from '../ports.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type {
  ClientInfo,
  People,
  Person,
  SecondFactorKind,
  Sessions,
  SignInInput,
  SignInProblem,
  SignInStep,
} from '../types.ts';
import type { Regulation } from './regulation.ts';
import type { Attempted, Pending, SignInStates } from './sign-in-state.ts';

export interface SignInParts {
  ports: Ports;
  states: SignInStates;
  book: PasswordBook;
  newPassword: NewPassword;
  regulation: Regulation;
  people: Pick<People, 'get' | 'byName'>;
  lifecycle: SessionLifecycle;
  sessions: Pick<Sessions, 'find'>;
  factors: { readonly [K in SecondFactorKind]: SecondFactor } & { passkey: PasskeyFactor };
  look(): Promise<void>;
}

/** An answer to a step. */
export interface Submitted<I extends SignInInput = SignInInput> {
  state: string;
  browser: string;
  input: I;
  client: ClientInfo;
  replaces: string | undefined;
}

/** The browser in which a sign-in goes on. */
export type Arriving = Pick<Submitted, 'browser' | 'client' | 'replaces'>;

export type InputStep = SignInInput['step'];
type InputOf<S extends InputStep> = Extract<SignInInput, { step: S }>;
export type Handler<S extends InputStep> = (submitted: Submitted<InputOf<S>>) => Promise<SignInStep>;

/** What a state does with the answers that it takes; every other answer shows the state again. */
export type StateHandlers = { readonly [S in InputStep]?: Handler<S> };

/** What the states have in common. */
export interface Machine {
  askPassword(
    browser: string,
    returnTo: string | undefined,
    problem?: SignInProblem,
    retryAfter?: number,
  ): SignInStep;
  /** Shows the state in which a sign-in stands. */
  ask(state: string, pending: Attempted, person: Person, extra?: object): Promise<SignInStep>;
  /** The row that is answered, with its person, counting an attempt; undefined where the sign-in has to begin anew. */
  attempt(submitted: Submitted): Promise<{ pending: Attempted; person: Person } | undefined>;
  /** Ends the row that was answered and goes to the state that is next; a row that has gone makes it `expired`. */
  advance(submitted: Submitted, person: Person, done: Omit<Pending, 'step'>): Promise<SignInStep>;
  /** The same where no row was answered, or the handler has ended it. */
  enter(arriving: Arriving, person: Person, done: Omit<Pending, 'step'>): Promise<SignInStep>;
}

import type { Person, SecondFactorKind, SignInProblem } from '../types.ts';

export type Checked =
  | { right: true }
  /** `reason` is for the log, `problem` for the person (default `wrong`), `copied` the passkey of which there may be two. */
  | { right: false; reason: string; problem?: SignInProblem; copied?: string };

/** One way to show who one is besides a password: a state of the sign-in, and one file each. */
export interface SecondFactor {
  readonly kind: SecondFactorKind;
  /** Whether answers can be guessed, so that they are counted (C24). */
  readonly guessable: boolean;
  /** Whether this person has it. */
  isReady(personId: string): Promise<boolean>;
  /** What the page needs to ask for it. `challenge`: 256 bits in base64url that no other answer was asked with. */
  prompt?(personId: string, challenge: string): Promise<string>;
  /** The person asks for the same again, such as another code. */
  again?(personId: string): Promise<void>;
  /** Whether `answer` is right, once: of any number at once with the same answer, one is. */
  check(person: Person, answer: string, challenge: string): Promise<Checked>;
}

/** Whether only having lost the others makes somebody use it: it is no reason to ask for a second factor. */
export const isLastResort = (kind: SecondFactorKind): boolean => kind === 'recovery';

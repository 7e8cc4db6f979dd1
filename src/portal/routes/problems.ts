import type { PasswordPolicy, PasswordProblem, PasswordSubject } from '../../identity/index.ts';
import type { FormProblems } from '../pages/fields.ts';
import type { StrengthScore } from '../pages/password-strength.ts';
import { waitInWords } from '../pages/wait.ts';

export const LOOK_BELOW = 'Please look at the fields marked below.';
export const NOT_THE_SAME: FormProblems = {
  summary: LOOK_BELOW,
  fields: { again: 'The two passwords are not the same.' },
};

/** What a form says when the policy refused the new password in it. */
export const passwordProblems = (problems: readonly PasswordProblem[]): FormProblems => ({
  summary: LOOK_BELOW,
  fields: { newPassword: problems.map(({ says }) => says).join(' ') },
});

/** What the meter shows for a password that came back; one that the policy refuses is weak however long it is. */
export const scoreOf = (
  policy: PasswordPolicy,
  password: string | undefined,
  subject: PasswordSubject,
): StrengthScore | undefined => {
  if (password === undefined || password === '') return undefined;
  const { strength, problems } = policy.judge(password, subject);
  return problems.length > 0 && strength > 1 ? 1 : strength;
};

/** Status, header and words for an attempt that has to wait; `retryAfter` in milliseconds. */
export const mustWait = (
  outcome: 'throttled' | 'busy',
  retryAfter: number,
): { status: 429 | 503; retryAfter: number; problems: FormProblems } => {
  const wait = waitInWords(retryAfter);
  return {
    status: outcome === 'throttled' ? 429 : 503,
    retryAfter: Math.max(1, Math.ceil(retryAfter / 1_000)),
    problems: {
      summary:
        outcome === 'throttled'
          ? `There were too many tries. Try again in ${wait}.`
          : `Too many people sign in at this moment. Try again in ${wait}.`,
    },
  };
};

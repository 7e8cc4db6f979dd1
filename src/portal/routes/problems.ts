import type { PasswordProblem } from '../../identity/index.ts';
import type { FormProblems } from '../pages/fields.ts';
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

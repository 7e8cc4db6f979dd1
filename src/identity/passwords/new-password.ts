import type { PasswordPolicy, PasswordProblem, PasswordSubject } from '../types.ts';
import type { BreachCheck } from './breached-passwords.ts';

/** Everything that a password has to pass before it is set: the policy, and where it is asked for, the breaches. */
export interface NewPassword {
  problems(password: string, subject: PasswordSubject): Promise<readonly PasswordProblem[]>;
}

export const openNewPassword = (policy: PasswordPolicy, breached: BreachCheck): NewPassword => ({
  problems: async (password, subject) => {
    const { problems } = policy.judge(password, subject);
    // What is refused here anyhow is nobody else's business.
    return problems.length > 0 ? problems : breached(password);
  },
});

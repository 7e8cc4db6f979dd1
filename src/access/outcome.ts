import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import type { AccessRequest, DecidingRule } from './types.ts';

/** What becomes of somebody's request, whichever factors the session has seen so far. */
export const OUTCOMES = ['allowed', 'sign-in', 'mfa', 'fresh-mfa', 'refused'] as const;
export type OutcomeKind = (typeof OUTCOMES)[number];

export interface Outcome {
  /** `allowed` with a password alone; `mfa` and `fresh-mfa` after that; `sign-in` for the anonymous only. */
  kind: OutcomeKind;
  /** How old the second factor may be, in milliseconds; for `fresh-mfa`. */
  maxAge?: number;
  rule: DecidingRule;
}

/** Roles of somebody who is signed in, none of them included, or nobody at all. */
export type Who = readonly string[] | 'anonymous';

/** What a request of `who` comes to, signed in with a password and nothing else. */
export const outcomeOf = (policy: Policy, who: Who, request: Omit<AccessRequest, 'person'>): Outcome => {
  const person =
    who === 'anonymous' ? undefined : ({ id: 'example', roles: who, assurance: 'password' } as const);
  const decision = decide(policy, { ...request, ...(person && { person }) });
  const { rule } = decision;
  if (decision.verdict === 'pass') return { kind: 'allowed', rule };
  if (decision.verdict === 'refuse') return { kind: 'refused', rule };
  if (who === 'anonymous' || decision.assurance === 'password') return { kind: 'sign-in', rule };
  return {
    kind: decision.assurance,
    rule,
    ...(decision.maxAge !== undefined && { maxAge: decision.maxAge }),
  };
};

/** Negative when `a` lets in more easily than `b`, 0 when they are alike. */
export const compareOutcomes = (a: Outcome, b: Outcome): number =>
  OUTCOMES.indexOf(a.kind) - OUTCOMES.indexOf(b.kind) || (b.maxAge ?? 0) - (a.maxAge ?? 0);

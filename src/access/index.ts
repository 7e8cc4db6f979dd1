/**
 * Who may do what: compiles the rules, roles and permissions of a configuration and decides requests by them. Pure: no
 * I/O, no clock of its own. Denies by default, and a rule that forbids wins over all that allow.
 */
export { decide } from './decide.ts';
export { type AccessDifference, diffPolicies, type PolicyDiff } from './diff.ts';
export { type ConsideredRule, type Explanation, explain } from './explain.ts';
export { type PolicyNote, policyNotes } from './notes.ts';
export { OUTCOMES, type Outcome, type OutcomeKind, type Who } from './outcome.ts';
export { pathMatcher } from './path-matcher.ts';
export { compilePolicy, manages, type Policy } from './policy.ts';
export type { PolicyInput } from './policy-rule.ts';
export { type PolicyTest, type PolicyTestResult, runPolicyTests } from './policy-tests.ts';
export {
  compileShields,
  type MetShield,
  MOST_SHIELDS,
  type ShieldMode,
  type Shields,
  type StandingShield,
} from './shields/compile-shields.ts';
export { passesCheck } from './shields/passes.ts';
export { type Proposal, proposeShield } from './shields/propose-shield.ts';
export { type Shield, type ShieldCheck, shieldSchema } from './shields/shield.ts';
export {
  type AccessPerson,
  type AccessRequest,
  ASSURANCES,
  type Assurance,
  type DecidingRule,
  type Decision,
} from './types.ts';

import { type Outcome, type OutcomeKind, outcomeOf, type Who } from './outcome.ts';
import type { Policy } from './policy.ts';
import type { AccessRequest } from './types.ts';

/** An example of what the policy has to do (C62). */
export interface PolicyTest {
  who: Who;
  request: Omit<AccessRequest, 'person'>;
  expected: OutcomeKind;
}

export interface PolicyTestResult<T extends PolicyTest> {
  test: T;
  passed: boolean;
  outcome: Outcome;
}

/** Runs examples against a policy, in their order. */
export const runPolicyTests = <T extends PolicyTest>(
  policy: Policy,
  tests: readonly T[],
): PolicyTestResult<T>[] =>
  tests.map((test) => {
    const outcome = outcomeOf(policy, test.who, test.request);
    return { test, passed: outcome.kind === test.expected, outcome };
  });

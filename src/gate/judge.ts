import type { Facts } from './facts.ts';
import { type Guard, PASS, type Verdict } from './guard.ts';

/** A verdict with the guard that gave it; `error` is what a guard threw, which refuses. */
export interface Judgement {
  guard: string;
  verdict: Verdict;
  error?: unknown;
}

/** Told of what a guard in `observe` would have done. */
export type Observer = (judgement: Judgement, facts: Facts) => void;

const PASSED: Judgement = { guard: '', verdict: PASS };

const refusedBy = (guard: Guard, error: unknown): Judgement => ({
  guard: guard.name,
  verdict: { verdict: 'refuse', why: 'guard-failed', status: 500 },
  error,
});

/**
 * Asks the guards of one stage in order and returns the first verdict that is no pass. Stays synchronous while they do,
 * so that the common request costs no promise. An exception is a refusal (fail closed).
 */
export const judge = (
  guards: readonly Guard[],
  facts: Facts,
  observe: Observer,
  from = 0,
): Judgement | Promise<Judgement> => {
  for (let i = from; i < guards.length; i++) {
    const guard = guards[i];
    if (guard === undefined) continue;
    let verdict: Verdict | Promise<Verdict>;
    try {
      verdict = guard.check(facts);
    } catch (error) {
      const judgement = refusedBy(guard, error);
      if (guard.mode === 'block') return judgement;
      observe(judgement, facts);
      continue;
    }
    if (verdict instanceof Promise) {
      return verdict
        .then(
          (answer): Judgement => ({ guard: guard.name, verdict: answer }),
          (error: unknown): Judgement => refusedBy(guard, error),
        )
        .then((judgement) => {
          if (judgement.verdict.verdict === 'pass') return judge(guards, facts, observe, i + 1);
          if (guard.mode === 'block') return judgement;
          observe(judgement, facts);
          return judge(guards, facts, observe, i + 1);
        });
    }
    if (verdict.verdict === 'pass') continue;
    if (guard.mode === 'block') return { guard: guard.name, verdict };
    observe({ guard: guard.name, verdict }, facts);
  }
  return PASSED;
};

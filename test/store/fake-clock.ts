import type { Clock } from '../../src/core/index.ts';

export interface FakeClock extends Clock {
  advance(milliseconds: number): void;
}

/** A clock that moves when it is told to; begins in 2026. */
export const fakeClock = (): FakeClock => {
  let passed = 0;
  return {
    now: () => Date.UTC(2026, 0, 1) + passed,
    monotonic: () => 1_000 + passed,
    advance: (milliseconds) => {
      passed += milliseconds;
    },
  };
};

import { hash } from '@node-rs/argon2';
import type { PasswordSettings } from '../types.ts';

const LEAST = { memory: 19_456, passes: 2, lanes: 1 };
const ROUNDS = 3;

export interface Calibration {
  /** For `passwords.argon2` in the settings. */
  parameters: PasswordSettings['argon2'];
  /** Milliseconds that one hash takes with them on this machine (the median of three). */
  milliseconds: number;
}

const measure = async ({ memory, passes, lanes }: PasswordSettings['argon2']): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await hash('a password of some length', { memoryCost: memory, timeCost: passes, parallelism: lanes });
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
};

/**
 * The strongest parameters whose hash takes at most `target` milliseconds here, never below OWASP's least. Memory comes
 * first, since it is what makes guessing on graphics cards dear (RFC 9106, section 4), passes then fill the rest.
 * @param most KiB of memory a hash; every hash that runs at once takes as much. Default 256 MiB.
 */
export const calibrateArgon2 = async (target: number, most = 262_144): Promise<Calibration> => {
  let best: Calibration = { parameters: LEAST, milliseconds: await measure(LEAST) };
  const tryOut = async (parameters: PasswordSettings['argon2']): Promise<boolean> => {
    const milliseconds = await measure(parameters);
    if (milliseconds <= target) best = { parameters, milliseconds };
    return milliseconds <= target;
  };
  while (best.parameters.memory * 2 <= most) {
    if (!(await tryOut({ ...best.parameters, memory: best.parameters.memory * 2 }))) break;
  }
  while (best.parameters.passes < 10) {
    if (!(await tryOut({ ...best.parameters, passes: best.parameters.passes + 1 }))) break;
  }
  return best;
};

import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import type { SecondFactor } from './second-factor.ts';

// What every authenticator app does; other values are ignored by some of them (RFC 6238, 5.2 and 1.2).
export const TOTP_PERIOD = 30_000;
const DIGITS = 6;
/** Steps before and after now whose codes count: clocks differ, and typing takes time (RFC 6238, 5.2). */
const DRIFT = 1;
/** Steps that are looked through for a hint about a wrong clock: an hour and a half. */
const HINT_STEPS = 180;

export const stepAt = (time: number): number => Math.floor(time / TOTP_PERIOD);

/** HOTP of RFC 4226, 5.3, over the time step of RFC 6238. */
export const totpCode = (secret: Uint8Array, step: number, digits = DIGITS): string => {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(moving).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
};

/** The code as people type it: apps show it in two groups. */
const plain = (typed: string): string => typed.slice(0, 32).replace(/\s/g, '');

const matches = (secret: Uint8Array, step: number, typed: string): boolean =>
  constantTimeEqual(totpCode(secret, step), typed);

/** The step, around now, whose code this is; undefined when it is none of theirs. */
export const matchingStep = (secret: Uint8Array, typed: string, now: number): number | undefined => {
  const code = plain(typed);
  const here = stepAt(now);
  let found: number | undefined;
  for (let step = here - DRIFT; step <= here + DRIFT; step++) if (matches(secret, step, code)) found = step;
  return found;
};

/** Milliseconds from now to the time at which this code is right, within an hour and a half; undefined for none. */
export const clockError = (secret: Uint8Array, typed: string, now: number): number | undefined => {
  const code = plain(typed);
  const here = stepAt(now);
  for (let away = DRIFT + 1; away <= HINT_STEPS; away++) {
    if (matches(secret, here - away, code)) return -away * TOTP_PERIOD;
    if (matches(secret, here + away, code)) return away * TOTP_PERIOD;
  }
  return undefined;
};

export const secretPlace = (personId: string) => ({ table: 'totp', column: 'sealed_secret', row: personId });

/** Codes of an authenticator app (C03). */
export const totpFactor = ({ store, vault, clock }: Ports): SecondFactor => ({
  kind: 'totp',
  guessable: true,

  isReady: async (personId) => {
    const row = await store.db
      .selectFrom('totp')
      .select('person_id')
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return row !== undefined;
  },

  check: async (person, answer) => {
    const row = await store.db
      .selectFrom('totp')
      .select('sealed_secret')
      .where('person_id', '=', person.id)
      .executeTakeFirst();
    if (row === undefined) return { right: false, reason: 'no authenticator app' };
    const secret = await vault.open(secretPlace(person.id), row.sealed_secret);
    const now = clock.now();
    const step = matchingStep(secret, answer, now);
    if (step === undefined) {
      const error = clockError(secret, answer, now);
      // Only a code of the past is told: one of the future would be worth waiting for.
      return error !== undefined && error < 0
        ? { right: false, reason: 'code of the past', problem: 'clock-behind' }
        : { right: false, reason: 'wrong code' };
    }
    // RFC 6238, 5.2: one use a step, of any number at once.
    const won = await store.db
      .updateTable('totp')
      .set({ last_step: step, last_used_at: now })
      .where('person_id', '=', person.id)
      .where('sealed_secret', '=', row.sealed_secret)
      .where('last_step', '<', step)
      .returning('person_id')
      .executeTakeFirst();
    return won === undefined ? { right: false, reason: 'code used before' } : { right: true };
  },
});

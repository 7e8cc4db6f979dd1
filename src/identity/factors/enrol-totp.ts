import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { isGatehouseError, parseJson } from '../../core/index.ts';
import { recordThen } from '../record.ts';
import type { ClientInfo, Session, UsedFactor } from '../types.ts';
import { type FactorParts, ownFields } from './factors.ts';
import { clockError, matchingStep, secretPlace } from './totp.ts';
import type { FactorAdded, Factors } from './types.ts';

// RFC 4226, section 4, R6: 160 bits.
const SECRET_BYTES = 20;
const VALID = 1_800_000;
const LONGEST = 2_048;

const enrolmentSchema = z.object({ secret: z.string(), until: z.number() });

export interface EnrolmentParts extends FactorParts {
  /** @throws {GatehouseError} `confirmation-needed`. */
  confirmed(session: Session): Promise<void>;
  /** Ends an enrolment: the session has shown the new factor. */
  added(
    session: Session,
    client: ClientInfo,
    factor: UsedFactor,
    recovery: readonly string[] | undefined,
  ): Promise<FactorAdded>;
}

/** Ties an enrolment that waits in the page to the session that began it. */
const waitingPlace = (session: Session) => ({ table: 'totp', column: 'enrolment', row: session.id });

/** Adds an authenticator app: its secret waits, sealed, in the page itself until a first code was right. */
export const openTotpEnrolment = (
  parts: EnrolmentParts,
): Pick<Factors, 'beginTotp' | 'resumeTotp' | 'confirmTotp'> => {
  const { ports, recovery, confirmed, added } = parts;
  const { store, vault, clock, events, settings } = ports;
  const issuer = new URL(settings.issuer).hostname;

  const shown = (session: Session, enrolment: string, buffer: Buffer) => {
    const secret = new Secret({ buffer: new Uint8Array(buffer).buffer });
    const label = session.person.name;
    // Every app reads this form of the Key URI format: SHA-1, six digits, thirty seconds.
    const uri = new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: 30 }).toString();
    return { enrolment, secret: secret.base32, uri };
  };

  const read = async (session: Session, enrolment: string): Promise<Buffer | undefined> => {
    if (enrolment.length > LONGEST) return undefined;
    try {
      const opened = await vault.open(waitingPlace(session), Buffer.from(enrolment, 'base64url'));
      const { secret, until } = enrolmentSchema.parse(parseJson(opened.toString('utf8')));
      return clock.now() < until ? Buffer.from(secret, 'base64url') : undefined;
    } catch (error) {
      if (isGatehouseError(error, 'sealed-value-invalid') || isGatehouseError(error, 'key-missing')) {
        return undefined;
      }
      throw error;
    }
  };

  return {
    beginTotp: async (session) => {
      await confirmed(session);
      const secret = randomBytes(SECRET_BYTES);
      const waiting = { secret: secret.toString('base64url'), until: clock.now() + VALID };
      const sealed = vault.seal(waitingPlace(session), JSON.stringify(waiting));
      return shown(session, sealed.toString('base64url'), secret);
    },

    resumeTotp: async (session, enrolment) => {
      const secret = await read(session, enrolment);
      return secret && shown(session, enrolment, secret);
    },

    confirmTotp: async ({ session, enrolment, code, client }) => {
      await confirmed(session);
      const secret = await read(session, enrolment);
      if (secret === undefined) return { outcome: 'expired' };
      const now = clock.now();
      const step = matchingStep(secret, code, now);
      // Whoever enrols has the secret before their eyes: how far the clock is off tells them nothing more.
      if (step === undefined) return { outcome: 'wrong', clock: clockError(secret, code, now) };
      const person_id = session.person.id;
      const fields = { ...ownFields(session, client), factor: 'totp' };
      const made = await recordThen(events, 'factor.added', fields, () =>
        store.transaction(async (tx) => {
          const row = await tx
            .insertInto('totp')
            .values({
              person_id,
              sealed_secret: vault.seal(secretPlace(person_id), secret),
              last_step: step,
              created_at: now,
              last_used_at: now,
            })
            .onConflict((conflict) => conflict.column('person_id').doNothing())
            .returning('person_id')
            .executeTakeFirst();
          if (row === undefined) return undefined;
          return { codes: await recovery.writeFirst(tx, person_id) };
        }),
      );
      if (made === undefined) return { outcome: 'expired' };
      return added(session, client, { kind: 'totp', at: now }, made.codes);
    },
  };
};

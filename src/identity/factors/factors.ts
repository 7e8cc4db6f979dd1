import { GatehouseError } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import { actorFields, clientFields, recordThen, subjectFields } from '../record.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import { type ClientInfo, isFirstFactor, type People, type Session, type UsedFactor } from '../types.ts';
import { openPasskeyEnrolment } from './enrol-passkey.ts';
import { openTotpEnrolment } from './enrol-totp.ts';
import { type PasskeyBook, passkeyOf } from './passkey-book.ts';
import type { RecoveryCodes } from './recovery.ts';
import { CONFIRMED_FOR, type FactorAdded, type Factors } from './types.ts';

export interface FactorParts {
  ports: Ports;
  passkeys: PasskeyBook;
  recovery: RecoveryCodes;
  people: Pick<People, 'get'>;
  lifecycle: SessionLifecycle;
  look(): Promise<void>;
}

export const ownFields = ({ id, person }: Session, client: ClientInfo) => ({
  actor: person.id,
  name: person.name,
  session: id,
  ...subjectFields(person),
  ...clientFields(client),
});

const confirmationNeeded = (): GatehouseError =>
  new GatehouseError('confirmation-needed', 'a factor has to be shown first', {
    exposable: true,
    remedy: 'Confirm that it is you, and do it again.',
  });

/** Opens everything that a person does with second factors of their own. */
export const openFactors = (parts: FactorParts): Factors => {
  const { ports, passkeys, recovery, people, lifecycle, look } = parts;
  const { store, clock, events } = ports;

  const of: Factors['of'] = async (personId) => {
    const row = await store.db
      .selectFrom('totp')
      .select(['created_at', 'last_used_at'])
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return {
      totp: row && { addedAt: row.created_at, lastUsedAt: row.last_used_at ?? undefined },
      passkeys: (await passkeys.ofPerson(personId)).map(passkeyOf),
      recoveryCodes: await recovery.left(personId),
    };
  };

  const hasAny = async (personId: string): Promise<boolean> => {
    const { totp, passkeys: keys } = await of(personId);
    return totp !== undefined || keys.length > 0;
  };

  const isConfirmed = async (session: Session): Promise<boolean> => {
    const first = session.factors.filter(isFirstFactor).map(({ at }) => at);
    const second = session.assurance === 'mfa' ? session.mfaAt : undefined;
    const shown = (await hasAny(session.person.id)) ? second : Math.max(...first, second ?? 0);
    const age = clock.now() - (shown ?? 0);
    return age >= 0 && age <= CONFIRMED_FOR;
  };

  const confirmed = async (session: Session): Promise<void> => {
    if (!(await isConfirmed(session))) throw confirmationNeeded();
  };

  /** Recovery codes come with the first second factor; the session has shown the new one. */
  const added = async (
    session: Session,
    client: ClientInfo,
    factor: UsedFactor,
    recoveryCodes: readonly string[] | undefined,
  ): Promise<FactorAdded> => {
    if (recoveryCodes !== undefined) {
      const fields = { ...ownFields(session, client), count: recoveryCodes.length };
      await events.record({ type: 'recovery.made', outcome: 'success', fields });
    }
    const risen = await lifecycle.rotate(session.id, [factor]);
    await look();
    return risen === undefined
      ? { outcome: 'expired' }
      : { outcome: 'added', recovery: recoveryCodes, ...risen };
  };

  const enrolment = { ...parts, confirmed, added };
  const totp = openTotpEnrolment(enrolment);
  const passkey = openPasskeyEnrolment(enrolment);

  /** Codes that stand in for factors go with the last of them. */
  const tidy = async (personId: string): Promise<void> => {
    if (await hasAny(personId)) return;
    await store.db.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
  };

  return {
    of,
    isConfirmed,
    ...totp,
    ...passkey,

    removeTotp: async (session, client) => {
      await confirmed(session);
      const fields = { ...ownFields(session, client), factor: 'totp' };
      const removed = await recordThen(events, 'factor.removed', fields, async () => {
        const row = await store.db
          .deleteFrom('totp')
          .where('person_id', '=', session.person.id)
          .returning('person_id')
          .executeTakeFirst();
        return row && (true as const);
      });
      await tidy(session.person.id);
      return removed === true;
    },

    removePasskey: async (session, id, client) => {
      await confirmed(session);
      const fields = { ...ownFields(session, client), factor: 'passkey', credential: id.slice(0, 64) };
      const removed = await recordThen(events, 'factor.removed', fields, async () => {
        const row = await store.db
          .deleteFrom('passkeys')
          .where('id', '=', id)
          .where('person_id', '=', session.person.id)
          .returning('id')
          .executeTakeFirst();
        return row && (true as const);
      });
      await tidy(session.person.id);
      return removed === true;
    },

    renewRecovery: async (session, client) => {
      await confirmed(session);
      if (!(await hasAny(session.person.id))) throw confirmationNeeded();
      const codes = await recordThen(events, 'recovery.made', ownFields(session, client), () =>
        store.transaction((tx) => recovery.write(tx, session.person.id)),
      );
      return codes ?? [];
    },

    reset: async (personId, by) => {
      const person = await people.get(personId);
      if (person === undefined) return;
      const fields = { ...actorFields(by), ...subjectFields(person), factor: 'all' };
      const ended = await recordThen(events, 'factor.removed', fields, () =>
        store.transaction(async (tx) => {
          for (const table of ['totp', 'passkeys', 'recovery_codes', 'sign_ins'] as const) {
            await tx.deleteFrom(table).where('person_id', '=', personId).execute();
          }
          return lifecycle.endAllWithin(tx, personId, 'factors-reset');
        }),
      );
      await look();
      await lifecycle.recordEnds(ended ?? [], 'factors-reset', fields);
    },
  };
};

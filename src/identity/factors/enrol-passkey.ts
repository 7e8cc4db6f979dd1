import { createHmac } from 'node:crypto';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { constantTimeEqual, isGatehouseError, newId, parseJson, randomToken } from '../../core/index.ts';
import { recordThen } from '../record.ts';
import type { Session } from '../types.ts';
import type { EnrolmentParts } from './enrol-totp.ts';
import { ownFields } from './factors.ts';
import { PASSKEY_TIMEOUT, relyingParty } from './passkey.ts';
import { knownTransports } from './passkey-book.ts';
import type { Factors } from './types.ts';

// More than anybody carries; the list is sent with every request for one of them.
const MOST = 20;
const VALID = 600_000;
// ES256, EdDSA, RS256: what authenticators have; no other algorithm is let in.
const ALGORITHMS = [-7, -8, -257];

const text = z.string().max(20_000);
const answerSchema = z.object({
  id: text.min(1),
  rawId: text.min(1),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']).or(z.string()))
      .max(16)
      .optional(),
  }),
});

const readAnswer = (answer: string): RegistrationResponseJSON | undefined => {
  try {
    const { success, data } = answerSchema.safeParse(parseJson(answer));
    if (!success) return undefined;
    const { transports, ...response } = data.response;
    const known = knownTransports(transports);
    return { ...data, clientExtensionResults: {}, response: { ...response, transports: known } };
  } catch {
    return undefined;
  }
};

const cleanName = (name: string): string => {
  const clean = name.toWellFormed().normalize('NFC').replace(/\p{C}/gu, '').trim().slice(0, 64);
  return clean === '' ? 'Passkey' : clean;
};

/** Adds and renames passkeys (WebAuthn, 7.1). */
export const openPasskeyEnrolment = (
  parts: EnrolmentParts,
): Pick<Factors, 'beginPasskey' | 'confirmPasskey' | 'renamePasskey'> => {
  const { ports, passkeys, recovery, confirmed, added } = parts;
  const { store, vault, clock, counters, events, settings } = ports;
  const party = relyingParty(settings.issuer);
  const key = vault.derive('passkey enrolment');

  /** `until.nonce.mac`: the challenge is the whole, so nothing has to be kept; it counts once. */
  const sign = (session: Session, body: string): string =>
    createHmac('sha256', key).update(`${session.id} ${body}`).digest('base64url');

  const challengeOf = (session: Session, enrolment: string): string | undefined => {
    const [until = '', nonce = '', mac = '', ...rest] = enrolment.slice(0, 256).split('.');
    if (rest.length > 0 || !constantTimeEqual(mac, sign(session, `${until}.${nonce}`))) return undefined;
    return clock.now() < Number(until) ? Buffer.from(enrolment).toString('base64url') : undefined;
  };

  return {
    beginPasskey: async (session) => {
      await confirmed(session);
      const { person } = session;
      const body = `${clock.now() + VALID}.${randomToken()}`;
      const enrolment = `${body}.${sign(session, body)}`;
      const options = await generateRegistrationOptions({
        rpName: 'Gatehouse',
        rpID: party.id,
        userID: new Uint8Array(Buffer.from(person.id)),
        userName: person.name,
        userDisplayName: person.displayName,
        challenge: new Uint8Array(Buffer.from(enrolment)),
        timeout: PASSKEY_TIMEOUT,
        attestationType: 'none',
        excludeCredentials: (await passkeys.ofPerson(person.id)).map(({ credentialId, transports }) => ({
          id: credentialId,
          transports,
        })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      });
      return { enrolment, options: JSON.stringify(options) };
    },

    confirmPasskey: async ({ session, enrolment, answer, name, client }) => {
      await confirmed(session);
      const challenge = challengeOf(session, enrolment);
      if (challenge === undefined) return { outcome: 'expired' };
      const once = { capacity: 1, window: VALID };
      if (!(await counters.take(`passkey:challenge:${challenge}`, once)).allowed)
        return { outcome: 'expired' };
      const response = readAnswer(answer);
      if (response === undefined) return { outcome: 'wrong', clock: undefined };
      const verified = await verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
        // The library throws for everything that does not fit: another origin, challenge, id of the site, no verification.
      }).catch(() => undefined);
      if (verified?.verified !== true) return { outcome: 'wrong', clock: undefined };
      const { credential, credentialBackedUp } = verified.registrationInfo;
      const personId = session.person.id;
      if ((await passkeys.count(personId)) >= MOST) return { outcome: 'expired' };
      const id = newId('pky');
      const stored = {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        transports: knownTransports(credential.transports),
        name: cleanName(name),
        synced: credentialBackedUp,
      };
      const fields = { ...ownFields(session, client), factor: 'passkey', credential: id };
      const made = await recordThen(events, 'factor.added', fields, () =>
        store.transaction(async (tx) => {
          await passkeys.insert(tx, id, personId, stored, credential.counter);
          return { codes: await recovery.writeFirst(tx, personId) };
        }),
      ).catch((error: unknown) => {
        // Somebody has this credential already (WebAuthn, 7.1 step 26).
        if (isGatehouseError(error, 'store-conflict')) return undefined;
        throw error;
      });
      if (made === undefined) return { outcome: 'expired' };
      return added(session, client, { kind: 'passkey', at: clock.now() }, made.codes);
    },

    renamePasskey: async (session, id, name, client) => {
      const fields = { ...ownFields(session, client), factor: 'passkey', credential: id.slice(0, 64) };
      const renamed = await recordThen(events, 'passkey.renamed', fields, () =>
        passkeys.rename(session.person.id, id, cleanName(name)),
      );
      return renamed === true;
    },
  };
};

import {
  type AuthenticationResponseJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { parseJson } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import type { PasskeyBook, StoredPasskey } from './passkey-book.ts';
import type { Checked, SecondFactor } from './second-factor.ts';

/** Milliseconds that a browser waits for the person. */
export const PASSKEY_TIMEOUT = 300_000;

const base64 = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]*$/);

// WebAuthn, 5.2.2, as browsers write it (toJSON); what else they send is left out.
const answerSchema = z.object({
  id: base64.min(1).max(1_400),
  rawId: base64.min(1).max(1_400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64,
    authenticatorData: base64,
    signature: base64,
    userHandle: base64.nullish(),
  }),
});

const readAnswer = (text: string): AuthenticationResponseJSON | undefined => {
  try {
    const { success, data } = answerSchema.safeParse(parseJson(text));
    if (!success) return undefined;
    const { userHandle, ...response } = data.response;
    return {
      ...data,
      clientExtensionResults: {},
      response: { ...response, ...(userHandle ? { userHandle } : {}) },
    };
  } catch {
    return undefined;
  }
};

/** The relying party (WebAuthn, 5.4.2): the portal's host name is its id, for as long as there are passkeys. */
export const relyingParty = (issuer: string): { id: string; origin: string } => {
  const { hostname, origin } = new URL(issuer);
  return { id: hostname, origin };
};

export interface PasskeyFactor extends SecondFactor {
  /** Request options for whoever may come, so that the browser offers what it has for this site. */
  openPrompt(challenge: string): string;
  /** Whose passkey an answer says it is; nothing is proved by it. */
  claimedBy(answer: string): Promise<string | undefined>;
}

/** Passkeys (C04): something held and something known or inherent at once, since user verification is required. */
export const passkeyFactor = (ports: Ports, book: PasskeyBook): PasskeyFactor => {
  const party = relyingParty(ports.settings.issuer);

  const options = (challenge: string, keys: readonly StoredPasskey[]): string =>
    JSON.stringify({
      challenge,
      rpId: party.id,
      timeout: PASSKEY_TIMEOUT,
      userVerification: 'required',
      allowCredentials: keys.map(({ credentialId, transports }) => ({
        id: credentialId,
        type: 'public-key',
        transports,
      })),
    });

  const verified = async (
    response: AuthenticationResponseJSON,
    stored: StoredPasskey,
    challenge: string,
  ): Promise<VerifiedAuthenticationResponse['authenticationInfo'] | undefined> => {
    try {
      const result = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        credential: {
          id: stored.credentialId,
          publicKey: new Uint8Array(Buffer.from(stored.publicKey, 'base64url')),
          // The counter is compared in the database, in the same step that writes it.
          counter: 0,
        },
      });
      return result.verified ? result.authenticationInfo : undefined;
    } catch {
      // The library throws for everything that does not fit: another origin, challenge, id of the site, no verification.
      return undefined;
    }
  };

  return {
    kind: 'passkey',
    guessable: false,
    isReady: async (personId) => (await book.count(personId)) > 0,
    openPrompt: (challenge) => options(challenge, []),
    prompt: async (personId, challenge) => options(challenge, await book.ofPerson(personId)),

    claimedBy: async (answer) => {
      const response = readAnswer(answer);
      return response === undefined ? undefined : (await book.byCredential(response.id))?.personId;
    },

    check: async (person, answer, challenge): Promise<Checked> => {
      const response = readAnswer(answer);
      if (response === undefined) return { right: false, reason: 'malformed passkey' };
      const stored = await book.byCredential(response.id);
      if (stored?.personId !== person.id) return { right: false, reason: 'unknown passkey' };
      const { userHandle } = response.response;
      if (userHandle !== undefined && userHandle !== Buffer.from(person.id).toString('base64url')) {
        return { right: false, reason: 'passkey of somebody else' };
      }
      const info = await verified(response, stored, challenge);
      if (info === undefined) return { right: false, reason: 'passkey not verified' };
      return (await book.used(stored.id, info.newCounter))
        ? { right: true }
        : { right: false, reason: 'counter went back', copied: stored.id };
    },
  };
};

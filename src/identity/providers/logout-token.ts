import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, GatehouseError, isGatehouseError } from '../../core/index.ts';
import type { IssuerClient } from './issuer-client.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
// Signatures alone: neither `none` nor a MAC, whose key would be one that everybody can read (CVE-2015-9235).
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Seconds: longest age of a token, and how far clocks may be apart. */
const OLDEST = 300;
const TOLERANCE = 60;
const LONGEST = 16_384;

const claimsSchema = z.object({
  jti: z.string().min(1).max(256),
  sub: z.string().min(1).max(255).optional(),
  sid: z.string().min(1).max(1_024).optional(),
  events: z.record(z.string(), z.unknown()),
});

/** Whom a provider signs out: an account, one of its sessions there, or both. */
export interface Logout {
  jti: string;
  sub: string | undefined;
  sid: string | undefined;
}

const refused = (why: string, cause?: unknown): GatehouseError =>
  new GatehouseError('provider-answer-invalid', `the logout token is refused: ${why}`, { cause });

/** Reads logout tokens of one provider: Back-Channel Logout 1.0 section 2.6, point by point. */
export const openLogoutTokens = (client: IssuerClient, clock: Clock) => {
  const { issuer, clientId } = client.settings;
  let keys: { address: string; get: JWTVerifyGetKey } | undefined;

  const keysOf = async (): Promise<JWTVerifyGetKey> => {
    const address = await client.keysAddress();
    if (keys?.address !== address) {
      const get = createRemoteJWKSet(new URL(address), {
        [customFetch]: client.fetch,
        timeoutDuration: 5_000,
      });
      keys = { address, get };
    }
    return keys.get;
  };

  return {
    /** How long a token's `jti` has to be remembered, in milliseconds. */
    remember: (OLDEST + 2 * TOLERANCE) * 1_000,

    /** @throws {GatehouseError} `provider-answer-invalid`, `provider-unavailable`. */
    verify: async (token: string): Promise<Logout> => {
      if (token.length > LONGEST) throw refused('it is too long');
      const get = await keysOf();
      let payload: Record<string, unknown>;
      try {
        const verified = await jwtVerify(token, get, {
          issuer,
          audience: clientId,
          algorithms: ALGORITHMS,
          requiredClaims: ['iat', 'jti', 'events'],
          maxTokenAge: OLDEST,
          clockTolerance: TOLERANCE,
          currentDate: new Date(clock.now()),
        });
        const { typ } = verified.protectedHeader;
        // Section 2.4 recommends the type; where there is one it has to be this one, or the plain word of all JWTs.
        if (
          typ !== undefined &&
          !['logout+jwt', 'jwt'].includes(typ.toLowerCase().replace(/^application\//, ''))
        )
          throw refused('it is a token of another kind');
        payload = verified.payload;
      } catch (error) {
        if (isGatehouseError(error)) throw error;
        throw refused(error instanceof errors.JOSEError ? error.code : 'it cannot be read', error);
      }
      // An ID token has a nonce and a logout token never has: neither passes for the other.
      if (payload['nonce'] !== undefined) throw refused('it has a nonce');
      const parsed = claimsSchema.safeParse(payload);
      if (!parsed.success) throw refused('its claims are not those of a logout token');
      const { jti, sub, sid, events } = parsed.data;
      const event = Object.hasOwn(events, EVENT) ? events[EVENT] : undefined;
      if (typeof event !== 'object' || event === null) throw refused('it is about another event');
      if (sub === undefined && sid === undefined) throw refused('it names nobody');
      return { jti, sub, sid };
    },
  };
};

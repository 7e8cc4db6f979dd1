import assert from 'node:assert/strict';
import { randomToken, sha256 } from '../../src/core/index.ts';
import type { Session } from '../../src/identity/index.ts';
import { FIREFOX, type TestIdentity } from './open-identity.ts';

/** What an app's origin sends to the portal for its verifier (RFC 7636 section 4.2). */
export const challengeOf = (verifier: string): string => sha256(verifier).toString('base64url');

/** The session of an app, handed over as a browser does it. */
export const intoApp = async (identity: TestIdentity, session: Session, app = 'sales') => {
  const verifier = randomToken();
  const code = await identity.handOff.issue({
    session,
    app,
    challenge: challengeOf(verifier),
    returnTo: '/',
  });
  const entered = await identity.handOff.redeem({ code, app, verifiers: [verifier], client: FIREFOX });
  assert.ok(entered);
  return entered;
};

import { sign } from 'node:crypto';
import { promisify } from 'node:util';
import { base64url, newId, utf8 } from '../../core/index.ts';
import type { SigningKey, SigningKeys } from '../../vault/index.ts';
import type { Ports } from '../ports.ts';
import { actorFields } from '../record.ts';
import type { Assertions, Session } from '../types.ts';

const signInPool = promisify(sign);

const LIFE = 120_000;
// Signed again, off the request's way, when half of its life is over; a token this close to its end is not given out.
const RENEW = 60_000;
const LEAST = 30_000;
const CACHE_CAP = 50_000;

/** How long a retired key stays published: a token's life, and a minute for clocks that are not the same. */
export const KEEP_RETIRED = LIFE + 60_000;

interface Entry {
  token: string;
  kid: string;
  /** What the token says; a session that was read again is another object. */
  session: Pick<Session, 'person' | 'factors'>;
  expiresAt: number;
  renewing: boolean;
}

// RFC 8176: pwd, otp, hwk (a key held by the person), sms; the rest keep their own word.
const METHODS = {
  password: 'pwd',
  provider: 'fed',
  'provider-mfa': 'mfa',
  totp: 'otp',
  passkey: 'hwk',
  code: 'otp',
  recovery: 'recovery',
} as const;

const methodsOf = (session: Session): string[] => {
  const methods = new Set<string>(session.factors.map(({ kind }) => METHODS[kind]));
  if (session.assurance === 'mfa') methods.add('mfa');
  return [...methods];
};

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

const encoded = (value: object): string => base64url(utf8(JSON.stringify(value)));

/** What the app is told. `sub` never changes and is never used again; names may. */
const claimsOf = (issuer: string, session: Session, audience: string, now: number): object => ({
  iss: issuer,
  aud: audience,
  sub: session.person.id,
  sid: session.id,
  name: session.person.displayName,
  preferred_username: session.person.name,
  email: session.person.email,
  roles: session.person.roles,
  amr: methodsOf(session),
  auth_time: seconds(Math.max(0, ...session.factors.map(({ at }) => at))),
  iat: seconds(now),
  exp: seconds(now + LIFE),
  jti: newId('jti'),
});

export const openAssertions = ({ clock, events, settings }: Ports, keys: SigningKeys): Assertions => {
  const cache = new Map<string, Entry>();

  const signed = async (
    session: Session,
    audience: string,
    now: number,
    key: SigningKey,
  ): Promise<string> => {
    const header = encoded({ alg: 'ES256', typ: 'JWT', kid: key.kid });
    const text = `${header}.${encoded(claimsOf(settings.issuer, session, audience, now))}`;
    // RFC 7518, 3.4: the signature is R || S, which node calls ieee-p1363.
    const signature = await signInPool('sha256', utf8(text), {
      key: key.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${text}.${base64url(signature)}`;
  };

  const renew = async (name: string, session: Session, audience: string): Promise<string> => {
    const [now, key] = [clock.now(), keys.current()];
    const token = await signed(session, audience, now, key);
    const { person, factors } = session;
    cache.delete(name);
    cache.set(name, {
      token,
      kid: key.kid,
      session: { person, factors },
      expiresAt: now + LIFE,
      renewing: false,
    });
    if (cache.size > CACHE_CAP) cache.delete(cache.keys().next().value ?? '');
    return token;
  };

  return {
    forApp: (session, audience) => {
      const name = `${session.id} ${audience}`;
      const entry = cache.get(name);
      const same =
        entry !== undefined &&
        entry.session.person === session.person &&
        entry.session.factors === session.factors &&
        entry.kid === keys.current().kid;
      const left = entry === undefined ? 0 : entry.expiresAt - clock.now();
      if (!same || left < LEAST || left > LIFE) return renew(name, session, audience);
      if (left <= RENEW && !entry.renewing) {
        entry.renewing = true;
        renew(name, session, audience).catch(() => {
          entry.renewing = false;
        });
      }
      return entry.token;
    },
    jwks: () => ({ keys: keys.published() }),
    rotateKeys: async (by) => {
      await events.record({
        type: 'key.rotated',
        outcome: 'success',
        fields: { ...actorFields(by), target: 'assertion signing key' },
      });
      await keys.rotate();
    },
  };
};

import { base64url, randomToken, sha256 } from '../core/index.ts';
import type { HandOff } from '../identity/index.ts';
import { answerNotice, answerRedirect } from './answer/answer.ts';
import { notice } from './answer/notices.ts';
import { clearOwnCookie, ownCookie, PENDING_COOKIE, SESSION_COOKIE, setOwnCookie } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import type { Facts } from './facts.ts';
import type { Verdict } from './guard.ts';

/** Paths of an app's origin that belong to the gate and never reach the app. */
export const RESERVED = '/.gatehouse';
const PENDING_LIFE = 600;

/** Verifiers in the browser's cookie, oldest first, at most two: two tabs may sign in at once, a loop may not. */
const pendingOf = (facts: Facts): string[] =>
  (ownCookie(facts.headers.get('cookie'), PENDING_COOKIE) ?? '')
    .split('.')
    .filter((verifier) => verifier.length === 43);

/** What a request needs that its session does not have; `maxAge` in milliseconds. */
export type Need = Pick<Extract<Verdict, { verdict: 'ask' }>, 'assurance' | 'maxAge'>;

/** Whole seconds, as the portal and RFC 9470 want them. */
export const secondsOf = (milliseconds: number): number => Math.ceil(milliseconds / 1_000);

/**
 * Sends the browser to the portal to sign in and come back to where it was going. Keeps a verifier here and tells the
 * portal only its hash, so that the code that comes back opens in this browser alone.
 */
export const askToSignIn = (
  exchange: Exchange,
  facts: Facts,
  portalOrigin: string,
  need: Need,
  returnTo: string = facts.method === 'GET' || facts.method === 'HEAD' ? facts.target : '/',
): void => {
  const verifier = randomToken();
  const kept = [...pendingOf(facts).slice(-1), verifier].join('.');
  const query = new URLSearchParams({
    app: facts.app.name,
    challenge: base64url(sha256(verifier)),
    return: returnTo,
    ...(need.assurance !== 'password' && { assurance: need.assurance }),
    ...(need.maxAge !== undefined && { max_age: String(secondsOf(need.maxAge)) }),
  });
  answerRedirect(exchange, `${portalOrigin}/enter?${query}`, [
    setOwnCookie(PENDING_COOKIE, kept, PENDING_LIFE),
  ]);
};

/** `/.gatehouse/enter?code=…`: swaps the portal's one-time code for a session of this origin. */
export const enter = async (exchange: Exchange, facts: Facts, handOff: HandOff): Promise<void> => {
  const code = new URLSearchParams(facts.query ?? '').get('code') ?? '';
  const verifiers = pendingOf(facts);
  const entered =
    code === '' || verifiers.length === 0
      ? undefined
      : await handOff.redeem({ code, app: facts.app.name, verifiers, client: facts.client });
  if (entered !== undefined) {
    // The other pending sign-in stays: it belongs to another tab, and ends by itself.
    const session = setOwnCookie(SESSION_COOKIE, entered.token);
    answerRedirect(exchange, `${facts.app.origin}${entered.returnTo}`, [session]);
    return;
  }
  const link = { href: '/', text: `Open ${facts.app.title}` };
  answerNotice(exchange, 400, notice('sign-in-unfinished', undefined, link), facts.headers.get('accept'), [
    'set-cookie',
    clearOwnCookie(PENDING_COOKIE),
  ]);
};

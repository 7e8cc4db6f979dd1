import { answerRedirect } from './answer/answer.ts';
import { clearOwnCookie, isOwnCookieName, SESSION_COOKIE } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import type { Facts } from './facts.ts';

const MOST_COOKIES = 50;
// RFC 6265 section 4.1.1: what a name may be made of.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

/** Set-Cookie values that end the app's own cookies: whoever sits here next is not taken for the last one. */
const endedCookies = (header: string | undefined): string[] =>
  (header ?? '')
    .split(';')
    .slice(0, MOST_COOKIES)
    .map((pair) => pair.split('=', 1)[0]?.trim() ?? '')
    .filter((name) => NAME.test(name) && !isOwnCookieName(name))
    .map((name) => `${name}=; Path=/; Max-Age=0; Secure`);

/**
 * `/.gatehouse/sign-out`: on to the portal. When the app's own page asks for it, what the browser keeps for the app goes
 * first (Clear-Site-Data); another site's page cannot make it go. Cookies are ended one by one, since the directive
 * "cookies" would take those of sibling names with them.
 */
export const leave = (exchange: Exchange, facts: Facts, portalOrigin: string): void => {
  const site = facts.headers.get('sec-fetch-site');
  const asked = facts.method === 'POST' || site === 'same-origin' || site === 'none';
  answerRedirect(
    exchange,
    `${portalOrigin}/sign-out`,
    asked ? [clearOwnCookie(SESSION_COOKIE), ...endedCookies(facts.headers.get('cookie'))] : [],
    asked ? ['clear-site-data', '"cache", "storage"'] : [],
  );
};

import type { Parts, Visit } from './visit.ts';

/** What a browser keeps of the accounts that have signed in with it, so that strangers cannot keep their owners out. */
const KNOWN_COOKIE = '__Host-gatehouse-known';
const SECONDS = 180 * 86_400;
const VALUE = /^[A-Za-z0-9_-]{72}(?:\.[A-Za-z0-9_-]{72}){0,2}$/;

/** The tokens in a Cookie header; none when they are malformed or there twice. */
export const readKnown = (header: string | null): readonly string[] => {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${KNOWN_COOKIE}=`))
    .map((pair) => pair.slice(KNOWN_COOKIE.length + 1));
  const value = values.length === 1 ? values[0] : undefined;
  return value !== undefined && VALUE.test(value) ? value.split('.') : [];
};

/**
 * The Set-Cookie values that make this browser known for an account. Strict: no other site's request needs it, since the
 * forms that it counts for come from the portal's own pages.
 */
export const knownCookies = (account: string, { client }: Visit, { identity }: Parts): readonly string[] => {
  const tokens = identity.familiar.renew(account, client.known ?? []);
  if (tokens === undefined) return [];
  return [
    `${KNOWN_COOKIE}=${tokens.join('.')}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${SECONDS}`,
  ];
};

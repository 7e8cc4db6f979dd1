/**
 * The session of an app's origin. `__Host-` (RFC 6265bis section 4.1.3.2): only this host can set it, over HTTPS, for
 * all paths.
 */
export const SESSION_COOKIE = '__Host-gatehouse';
/** Verifiers of sign-ins that this browser has asked for and not finished: at most two, joined with a dot. */
export const PENDING_COOKIE = '__Host-gatehouse-pending';

const OURS = /^__host-gatehouse/i;

/** Name and value of each pair in a Cookie header, in order (RFC 6265 section 4.2.1). */
const pairs = (header: string): { name: string; value: string; text: string }[] =>
  header.split(';').map((part) => {
    const text = part.trim();
    const equals = text.indexOf('=');
    return equals === -1
      ? { name: '', value: text, text }
      : { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim(), text };
  });

/**
 * The value of one of our cookies. When it is there twice no value counts: a sibling cannot choose which
 * one is believed.
 */
export const ownCookie = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined || !header.includes(name)) return undefined;
  const found = pairs(header).filter((pair) => pair.name === name);
  const value = found.length === 1 ? found[0]?.value : undefined;
  return value !== undefined && /^[A-Za-z0-9_.-]{1,256}$/.test(value) ? value : undefined;
};

/** A Cookie header without ours, in any case; undefined when nothing is left. */
export const withoutOwnCookies = (header: string): string | undefined => {
  if (!/__host-gatehouse/i.test(header)) return header;
  const left = pairs(header).filter(
    ({ name, value }) => !OURS.test(name) && !(name === '' && OURS.test(value)),
  );
  return left.length === 0 ? undefined : left.map(({ text }) => text).join('; ');
};

/** A Set-Cookie value for one of our cookies on an app's origin. */
export const setOwnCookie = (name: string, value: string, maxAge?: number): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`;

/** A Set-Cookie value that removes one of our cookies. */
export const clearOwnCookie = (name: string): string => setOwnCookie(name, '', 0);

/** The name that a Set-Cookie value sets. */
export const setCookieName = (value: string): string => (value.split(/[=;]/, 1)[0] ?? '').trim();

export const isOwnCookieName = (name: string): boolean => OURS.test(name);

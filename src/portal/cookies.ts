/**
 * The portal's session. `__Host-` (RFC 6265bis section 4.1.3.2): only this host can set it, over HTTPS, for all paths.
 */
export const SESSION_COOKIE = '__Host-gatehouse-portal';
/** A random value that ties the forms before a sign-in to the browser that asked for them. */
export const BROWSER_COOKIE = '__Host-gatehouse-browser';

type CookieName = typeof SESSION_COOKIE | typeof BROWSER_COOKIE;

/**
 * The value of one of our cookies in a Cookie header; undefined when it is missing, malformed, or there twice (then
 * somebody else may have planted one of them, and neither is believed).
 */
export const readCookie = (header: string | null, name: CookieName): string | undefined => {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const value = values.length === 1 ? values[0] : undefined;
  return value !== undefined && /^[A-Za-z0-9_-]{16,128}$/.test(value) ? value : undefined;
};

/** A Set-Cookie value that lasts until the browser is closed; the session behind it ends by itself long before. */
export const setCookie = (name: CookieName, value: string): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;

/** A Set-Cookie value that removes the cookie. */
export const clearCookie = (name: CookieName): string => `${setCookie(name, '')}; Max-Age=0`;

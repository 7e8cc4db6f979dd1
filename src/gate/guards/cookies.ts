import { isOwnCookieName, setCookieName } from '../cookies.ts';
import type { ResponseGuard } from '../guard.ts';

const attributes = (value: string): string[] =>
  value
    .split(';')
    .map((part) => part.trim())
    .filter((part, i) => i === 0 || part !== '');

const isAttribute = (part: string, name: string): boolean =>
  part.toLowerCase() === name || part.toLowerCase().startsWith(`${name}=`);

/**
 * Hardens the app's own cookies (C29): Secure, HttpOnly (but for those that its scripts have to read), SameSite=Lax
 * where the app says nothing or None, no Domain, so that they stay on this host name. A cookie with a name of
 * ours never passes.
 */
export const hardenCookie = (value: string, scriptCookies: readonly string[]): string | undefined => {
  const name = setCookieName(value);
  if (isOwnCookieName(name)) return undefined;
  const [pair = '', ...rest] = attributes(value);
  const kept = rest.filter(
    (part) =>
      !['secure', 'httponly', 'domain'].some((gone) => isAttribute(part, gone)) &&
      !/^samesite=none$/i.test(part),
  );
  if (!kept.some((part) => isAttribute(part, 'samesite'))) kept.push('SameSite=Lax');
  kept.push('Secure');
  if (!scriptCookies.includes(name)) kept.push('HttpOnly');
  return [pair, ...kept].join('; ');
};

export const cookies: ResponseGuard = {
  name: 'cookies',
  edit: (head, facts) => head.map('set-cookie', (value) => hardenCookie(value, facts.app.scriptCookies)),
};

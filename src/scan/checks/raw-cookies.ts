import { segmentsOf, type Val } from '../flow/value.ts';
import type { Verdict } from './call-check.ts';

const FLAGS: readonly { form: RegExp; rule: string; lacks: string }[] = [
  { form: /;\s*secure\b/i, rule: 'py/insecure-cookie', lacks: 'Secure' },
  { form: /;\s*httponly\b/i, rule: 'py/cookie-without-httponly', lacks: 'HttpOnly' },
  { form: /;\s*samesite\s*=\s*(lax|strict)\b/i, rule: 'py/cookie-without-samesite', lacks: 'SameSite' },
];

/** What a header `Set-Cookie` lacks (RFC 6265 section 4.1), where its text is known well enough to tell. */
export const cookieHeader = (header: unknown, value: Val): Verdict | null => {
  if (typeof header !== 'string' || header.toLowerCase() !== 'set-cookie') return null;
  const pieces = segmentsOf(value);
  // What ends in something unknown may end in flags.
  if (pieces === null || typeof pieces[0] !== 'string' || !pieces[0].includes('=')) return null;
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece : 'x')).join('');
  if (/max-age=0\b|expires=thu, 01.jan.1970/i.test(text)) return null;
  const missing = FLAGS.filter(({ form }) => !form.test(text));
  const [worst] = missing;
  if (worst === undefined) return null;
  return {
    rule: worst.rule,
    why: `The cookie is set without ${missing.map(({ lacks }) => lacks).join(' and ')}.`,
    // Browsers treat a cookie without SameSite as Lax.
    confidence: worst.lacks === 'SameSite' ? 'possible' : 'likely',
  };
};

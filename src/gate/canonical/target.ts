import { type CanonicalResult, refusal } from './refusal.ts';

/** Path and query in the one form that is decided on and forwarded. */
export interface CanonicalTarget {
  /** Absolute, no dot segments, no empty segments, only needed escapes, hexadecimal digits in upper case. */
  path: string;
  /** Without the question mark; undefined when there is none. */
  query: string | undefined;
  /** `path?query`: the exact bytes of the request line that goes to the app. */
  target: string;
}

const HEX = /^[0-9A-Fa-f]{2}$/;
const UNRESERVED = /[A-Za-z0-9\-._~]/;
// RFC 3986 section 3.3 pchar without "%" and without ";": path parameters are refused, see below.
const PATH_SAFE = /[A-Za-z0-9\-._~!$&'()*+,=:@/]/;
const QUERY_SAFE = /[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]/;
// Needs nothing done to it: the common case, checked once over the whole text.
const PLAIN_PATH = /^(?:\/[A-Za-z0-9\-_~!$&'()*+,=:@][A-Za-z0-9\-._~!$&'()*+,=:@]*)*\/?$/;
const PLAIN_QUERY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]*$/;

const escapeByte = (code: number): string => `%${code.toString(16).toUpperCase().padStart(2, '0')}`;

/** Escapes that would mean something else to whoever decodes the path: slash, backslash, controls. */
const isDangerousInPath = (code: number): boolean =>
  code === 0x2f || code === 0x5c || code < 0x20 || code === 0x7f;

/**
 * A byte that begins a longer form of a character than UTF-8 allows (RFC 3629 section 3), seen with the escape behind it:
 * a lax decoder reads a slash or a dot in it (`%C0%AF`).
 */
const isOverlong = (byte: number, next: string): boolean =>
  ((byte === 0xc0 || byte === 0xc1) && /^%[89ab]/i.test(next)) ||
  (byte === 0xe0 && /^%[89]/.test(next)) ||
  (byte === 0xf0 && /^%8/.test(next)) ||
  // Forms of five and six bytes, from before RFC 3629.
  (byte === 0xf8 && /^%8[0-7]/.test(next)) ||
  (byte === 0xfc && /^%8[0-3]/.test(next));

const canonicalPath = (raw: string): CanonicalResult<string> => {
  let path = '';
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    const code = raw.charCodeAt(i);
    if (char === '%') {
      const digits = raw.slice(i + 1, i + 3);
      if (!HEX.test(digits)) return refusal('path-escape', 'the path has a broken percent escape');
      const byte = Number.parseInt(digits, 16);
      if (isDangerousInPath(byte))
        return refusal('path-escape', 'the path hides a separator or control character');
      if (isOverlong(byte, raw.slice(i + 3, i + 6)))
        return refusal('path-escape', 'the path spells a character in a form that UTF-8 forbids');
      // An upstream that decodes twice would see the separator or the dot (CVE-2021-41773 and kin).
      if (byte === 0x25 && /^(?:2[ef]|5c|00|25)/i.test(raw.slice(i + 3, i + 5))) {
        return refusal('path-escape', 'the path is escaped twice');
      }
      path +=
        UNRESERVED.test(String.fromCharCode(byte)) && byte < 0x80
          ? String.fromCharCode(byte)
          : escapeByte(byte);
      i += 2;
    } else if (code < 0x21 || code > 0x7e) {
      return refusal('path-character', 'the path has a control or non-ASCII character');
    } else if (char === '\\' || char === '#') {
      return refusal('path-character', `the path has a raw "${char}"`);
    } else if (char === ';') {
      // "..;/" and "/admin;x" name other resources to servers that strip path parameters.
      return refusal('path-parameters', 'the path has a parameter (";")');
    } else {
      path += PATH_SAFE.test(char) ? char : escapeByte(code);
    }
  }
  path = path.replace(/\/{2,}/g, '/');
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return refusal('path-dots', 'the path has a dot segment');
  }
  return { ok: true, value: path };
};

const canonicalQuery = (raw: string): CanonicalResult<string> => {
  let query = '';
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    const code = raw.charCodeAt(i);
    if (char === '#' || code < 0x20 || code > 0x7e) {
      return refusal('query-character', 'the query has a control, non-ASCII or "#" character');
    }
    if (char === '%' && HEX.test(raw.slice(i + 1, i + 3))) {
      query += raw.slice(i, i + 3);
      i += 2;
    } else query += QUERY_SAFE.test(char) ? char : escapeByte(code);
  }
  return { ok: true, value: query };
};

/**
 * The canonical form of an origin-form request target (RFC 9112 section 3.2.1). What cannot be put into it is refused:
 * broken or doubled escapes, escaped separators, dot segments, path parameters, control and non-ASCII characters.
 * Several slashes in a row become one. In the query only what has no place there is escaped. Idempotent.
 */
export const canonicalTarget = (raw: string): CanonicalResult<CanonicalTarget> => {
  if (!raw.startsWith('/')) return refusal('target-form', 'the request target is not a path');
  const mark = raw.indexOf('?');
  const rawPath = mark === -1 ? raw : raw.slice(0, mark);
  const rawQuery = mark === -1 ? undefined : raw.slice(mark + 1);
  const path: CanonicalResult<string> = PLAIN_PATH.test(rawPath)
    ? { ok: true, value: rawPath }
    : canonicalPath(rawPath);
  if (!path.ok) return path;
  if (rawQuery === undefined) {
    return { ok: true, value: { path: path.value, query: undefined, target: path.value } };
  }
  const query: CanonicalResult<string> = PLAIN_QUERY.test(rawQuery)
    ? { ok: true, value: rawQuery }
    : canonicalQuery(rawQuery);
  if (!query.ok) return query;
  return {
    ok: true,
    value: { path: path.value, query: query.value, target: `${path.value}?${query.value}` },
  };
};

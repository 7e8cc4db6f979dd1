/** 1 where a byte may stand in a canonical path as it is: RFC 3986's pchar without the semicolon, and the slash. */
const PLAIN = new Uint8Array(128);
/** 1 for unreserved characters, which canonical paths never encode (RFC 3986 section 6.2.2.2). */
const UNRESERVED = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  PLAIN[char.charCodeAt(0)] = 1;
  UNRESERVED[char.charCodeAt(0)] = 1;
}
for (const char of "!$&'()*+,=:@/") PLAIN[char.charCodeAt(0)] = 1;

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;

/** The value of an upper-case hexadecimal digit, or -1. */
const hex = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x41 && code <= 0x46 ? code - 0x37 : -1;
};

const lookClosely = (path: string): string | undefined => {
  if (path.charCodeAt(0) !== SLASH) return 'it does not start with /';
  let dots = 0;
  let start = 1;
  for (let i = 1; i <= path.length; i++) {
    const code = i === path.length ? SLASH : path.charCodeAt(i);
    if (code === SLASH) {
      if (dots > 0 && dots === i - start && dots < 3) return 'it has a dot segment';
      dots = 0;
      start = i + 1;
    } else if (code === DOT) dots++;
    else if (code === PERCENT) {
      const high = hex(path.charCodeAt(i + 1));
      const low = hex(path.charCodeAt(i + 2));
      if (high < 0 || low < 0) return 'a % is not followed by two hexadecimal digits in upper case';
      if (UNRESERVED[high * 16 + low] === 1) return 'it encodes a character that needs none';
      i += 2;
    } else if (code > 127 || PLAIN[code] !== 1) return 'it holds a character that has to be encoded';
  }
  return undefined;
};

/**
 * A hash of `path` (30 bits, for tables only), or the reason why it is not in canonical form. The gate refuses such
 * requests long before; a decision on another spelling than the app's would be worth nothing (CVE-2026-48794), so that
 * it is looked at here again.
 */
export const hashOrFault = (path: string): number | string => {
  let hash = 0;
  let close = path.charCodeAt(0) !== SLASH;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    hash = Math.imul(hash ^ code, 0x01000193);
    // Dots and escapes need a closer look, everything else that is plain needs none.
    if (code > 127 || PLAIN[code] !== 1 || code === DOT) close = true;
  }
  return (close ? lookClosely(path) : undefined) ?? (hash ^ (hash >>> 15)) & 0x3fffffff;
};

/** Why `path` is not in canonical form, or undefined. */
export const canonicalFault = (path: string): string | undefined => {
  const found = hashOrFault(path);
  return typeof found === 'string' ? found : undefined;
};

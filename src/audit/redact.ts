/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Longer texts are cut before they are looked at, so that the work a text causes has a limit. */
const LONGEST = 65_536;
/** A secret that the cut went through would no longer be recognised: its remains go as well. */
const CUT_MARGIN = 1_024;

const SECRET_HEADERS =
  '(?:proxy-)?authorization|set-cookie2?|cookies?|x-api-key|x-auth-token|x-access-token|x-csrf-?token|x-xsrf-token|x-gatehouse-identity';
const SECRET_KEYS =
  'passw(?:or)?d|passphrase|passcode|\\bpass\\b|\\bpwd\\b|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|' +
  'credentials?|session[_-]?id|\\bsid\\b|\\bauth\\b|\\botp\\b|\\btotp\\b|\\bpin\\b|\\bcvv2?\\b|\\bcvc\\b|signature|\\bsig\\b';
const ASSIGNED = '["\']?[ \\t]{0,8}(?:=>|[:=]|%3[aAdD])[ \\t]{0,8}';
const QUOTED = `"(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?`;

const HEADER = new RegExp(`(\\b(?:${SECRET_HEADERS})${ASSIGNED})(${QUOTED}|[^\\r\\n]+)`, 'gi');
const PAIR = new RegExp(`((?:${SECRET_KEYS})[\\w\\]\\[-]{0,24}${ASSIGNED})(${QUOTED}|[^\\r\\n&]+)`, 'gi');
const USERINFO = /\/\/[^\s/]{1,512}@/g;
const SCHEME = /\b(bearer|basic|digest|negotiate|ntlm|token|apikey)([ \t]+)([\w.~+/=-]{6,})/gi;
const JWT = /\beyJ[\w-]{5,}\.[\w-]*(?:\.[\w-]*){0,3}/g;
const KEY_BLOCK = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
// Prefixes by which the issuers of these keys ask scanners to find them.
const ISSUED =
  /\b(?:A[KS]IA[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|[sr]k_(?:live|test)_\w{10,}|sk-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|npm_\w{20,}|pypi-[\w-]{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|hvs\.[\w-]{10,}|dop_v1_\w{20,}|shpat_\w{16,}|whsec_[\w+/=]{16,}|AGE-SECRET-KEY-1\w{20,})/g;
const LONG_WORD = /[\w-]{32,}/g;
const DIGIT_RUN = /\d(?:(?:[ .+_-]|%20)?\d){12,}/g;

const OWN_ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{20}$/;
const NOT_A_TOKEN =
  /^(?:authentication|authorization|credentials?|scheme|tokens?|header|realm|access|login)\b/i;

/** Luhn's check (ISO/IEC 7812-1 annex B) on text of digits only. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

// Cards have 13 to 19 digits and begin with 2 to 6; a time in milliseconds begins with 1.
const isCard = (digits: string): boolean => /^[2-6]\d{12,18}$/.test(digits) && passesLuhn(digits);

/** Takes cards out of a run of digit groups: a card begins and ends where a group does. */
const withoutCards = (run: string): string => {
  const groups = run.split(/([ .+_-]|%20)/);
  let text = '';
  for (let from = 0; from < groups.length; ) {
    let digits = '';
    let end = -1;
    for (let to = from; to < groups.length && digits.length < 20; to += 2) {
      digits += groups[to] ?? '';
      if (isCard(digits)) end = to;
    }
    text += end < 0 ? (groups[from] ?? '') : REDACTED;
    const next = end < 0 ? from : end;
    text += groups[next + 1] ?? '';
    from = next + 2;
  }
  return text;
};

/** Whether a long word looks drawn at random: letters of both cases and digits that keep alternating. */
const looksRandom = (word: string): boolean => {
  if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word)) return false;
  const kinds = word.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  let changes = 0;
  for (let i = 1; i < kinds.length; i++) if (kinds[i] !== kinds[i - 1]) changes++;
  return changes >= word.length / 4;
};

const withoutKeyBlock = (text: string): string => {
  const start = text.search(KEY_BLOCK);
  if (start < 0) return text;
  const marker = text.indexOf('-----END', start);
  const end = marker < 0 ? -1 : text.indexOf('-----', marker + 8);
  return text.slice(0, start) + REDACTED + (end < 0 ? '' : withoutKeyBlock(text.slice(end + 5)));
};

/**
 * The one point where secrets leave a text: passwords in URLs, forms and JSON, cookies, authorization headers,
 * bearer tokens and JWTs, keys of known issuers, private keys, random-looking words, card numbers by Luhn's check.
 * What is doubtful goes. Runs in time linear in the text, of which at most 65,536 characters are kept.
 */
export const redact = (text: string): string => {
  // Ids of ours, and words too short for any secret that can be told, are most of what is recorded.
  if (OWN_ID.test(text) || (text.length < 12 && !/[=:>%@ ]/.test(text))) return text;
  const bounded = text.length > LONGEST ? `${text.slice(0, LONGEST - CUT_MARGIN)}…` : text;
  return withoutKeyBlock(bounded)
    .replace(HEADER, `$1${REDACTED}`)
    .replace(USERINFO, `//${REDACTED}@`)
    .replace(PAIR, `$1${REDACTED}`)
    .replace(SCHEME, (all, scheme: string, space: string, word: string) =>
      NOT_A_TOKEN.test(word) || (scheme.toLowerCase() !== 'bearer' && !/[\dA-Z=]/.test(word))
        ? all
        : `${scheme}${space}${REDACTED}`,
    )
    .replace(JWT, REDACTED)
    .replace(ISSUED, REDACTED)
    .replace(LONG_WORD, (word) => (looksRandom(word) ? REDACTED : word))
    .replace(DIGIT_RUN, withoutCards);
};

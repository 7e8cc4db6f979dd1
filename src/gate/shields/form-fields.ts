/** A name and its value, as a form or a query brings them. */
export interface Field {
  name: string;
  value: string;
}

/** What was read, or the stable word that says why it could not be. */
export type Read<T> = { ok: true; value: T } | { ok: false; why: string };

export const unreadable = (why: string): { ok: false; why: string } => ({ ok: false, why });

const MOST_FIELDS = 2_000;

// As browsers and Python decode: plus is a space, broken escapes stay, broken UTF-8 becomes U+FFFD.
const decode = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%') && !/[\u0080-\uffff]/.test(spaced)) return spaced;
  const bytes: number[] = [];
  for (let i = 0; i < spaced.length; i++) {
    const digits = spaced.charAt(i) === '%' ? spaced.slice(i + 1, i + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      i += 2;
    } else bytes.push(spaced.charCodeAt(i) & 0xff);
  }
  return Buffer.from(bytes).toString('utf8');
};

const pairsOf = (text: string, separator: string | RegExp): Field[] =>
  text.split(separator).flatMap((pair) => {
    if (pair === '') return [];
    const equals = pair.indexOf('=');
    return equals === -1
      ? [{ name: decode(pair), value: '' }]
      : [{ name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) }];
  });

/**
 * All fields of `application/x-www-form-urlencoded` text (one character a byte), every duplicate of them. Where it has a
 * semicolon also those that a reader sees which divides there, as older Python did (CVE-2021-23336).
 */
export const formFields = (text: string): Read<Field[]> => {
  const fields = pairsOf(text, '&');
  if (text.includes(';')) fields.push(...pairsOf(text, /[&;]/));
  return fields.length > MOST_FIELDS ? unreadable('too-many-fields') : { ok: true, value: fields };
};

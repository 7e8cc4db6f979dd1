import { type Field, type Read, unreadable } from './form-fields.ts';

/** A part of a multipart form: a field, or a file with its name. */
export interface Part extends Field {
  fileName: string | undefined;
}

const MOST_PARTS = 500;
const DISPOSITION = /^form-data; ?name="([^"\\\r\n]{0,200})"(?:; ?filename="([^"\\\r\n]{0,1000})")?$/i;
const BOUNDARY =
  /;[ \t]*boundary=(?:"([A-Za-z0-9'()+_,./:=?-]{1,70})"|([A-Za-z0-9'()+_./:=?-]{1,70}))[ \t]*$/i;
const PLAIN_ENCODING = /^(?:7bit|8bit|binary)$/i;

/** The boundary of a multipart content type with that one parameter, or undefined. */
export const boundaryOf = (contentType: string): string | undefined => {
  if (contentType.split(';').length !== 2) return undefined;
  const match = BOUNDARY.exec(contentType);
  return match?.[1] ?? match?.[2];
};

const count = (text: string, what: string): number => {
  let found = 0;
  for (let at = text.indexOf(what); at !== -1; at = text.indexOf(what, at + what.length)) found++;
  return found;
};

const partOf = (text: string): Read<Part> => {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return unreadable('multipart-part');
  let part: Part | undefined;
  for (const line of text.slice(0, end).split('\r\n')) {
    // A lone line break ends a line for some readers: then they see other headers than we do.
    if (/[\r\n\0]/.test(line)) return unreadable('multipart-header');
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !/^[a-z-]+$/.test(name)) return unreadable('multipart-header');
    if (name === 'content-disposition') {
      const match = DISPOSITION.exec(value);
      if (match === null || part !== undefined) return unreadable('multipart-name');
      const bytes = text.slice(end + 4);
      part = {
        name: Buffer.from(match[1] ?? '', 'latin1').toString('utf8'),
        fileName: match[2] === undefined ? undefined : Buffer.from(match[2], 'latin1').toString('utf8'),
        value: Buffer.from(bytes, 'latin1').toString('utf8'),
      };
    } else if (name === 'content-transfer-encoding') {
      // Django undoes base64 and quoted-printable here.
      if (!PLAIN_ENCODING.test(value)) return unreadable('multipart-encoding');
    } else if (name === 'content-type' && /charset/i.test(value)) {
      if (!/;\s*charset="?(?:utf-8|us-ascii)"?\s*$/i.test(value)) return unreadable('charset');
    }
  }
  return part === undefined ? unreadable('multipart-name') : { ok: true, value: part };
};

/**
 * All parts of a `multipart/form-data` body (RFC 7578; one character a byte). Strict: what two readers could divide in
 * two ways, such as delimiters behind a lone line feed, has no reading at all.
 */
export const multipartFields = (body: string, boundary: string): Read<Part[]> => {
  const delimiter = `\r\n--${boundary}`;
  const pieces = `\r\n${body}`.split(delimiter);
  if (pieces[0] !== '' || pieces.length < 2) return unreadable('multipart-begin');
  if (count(body, `--${boundary}`) !== pieces.length - 1) return unreadable('multipart-delimiter');
  if (pieces.length > MOST_PARTS) return unreadable('too-many-fields');
  const last = pieces.at(-1);
  if (last !== '--' && last !== '--\r\n') return unreadable('multipart-end');
  const parts: Part[] = [];
  for (const piece of pieces.slice(1, -1)) {
    if (!piece.startsWith('\r\n')) return unreadable('multipart-delimiter');
    const part = partOf(piece.slice(2));
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return { ok: true, value: parts };
};

import { gzipSync } from 'node:zlib';
import type { Ask } from '../harness/http-client.ts';

/** A way to bring the same attack past somebody who reads requests less well than the app does. */
export interface Mutation {
  says: string;
  ask: Ask;
}

const FORM = 'application/x-www-form-urlencoded';
const enc = encodeURIComponent;
const every = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const wide = (text: string): string => text.replaceAll("'", '＇').replaceAll('<', '＜').replaceAll(';', '；');
const utf7 = (text: string): string =>
  text.replaceAll(
    /['<;]/g,
    (sign) => `+${Buffer.from(`\0${sign}`, 'latin1').toString('base64').replace(/=+$/, '')}-`,
  );
const mixedCase = (text: string): string =>
  [...text].map((char, i) => (i % 2 === 0 ? char.toUpperCase() : char.toLowerCase())).join('');

/** Spellings of a query parameter. */
export const queryMutations = (path: string, name: string, value: string): Mutation[] => {
  const at = (says: string, query: string, more: Partial<Ask> = {}): Mutation => ({
    says: `query: ${says}`,
    ask: { path: `${path}?${query}`, ...more },
  });
  return [
    at('plain', `${name}=${enc(value)}`),
    at('every byte escaped', `${name}=${every(value)}`),
    at('escaped twice', `${name}=${enc(enc(value))}`),
    at('name escaped', `${every(name)}=${enc(value)}`),
    at('first of two', `${name}=${enc(value)}&${name}=x`),
    at('second of two', `${name}=x&${name}=${enc(value)}`),
    at('behind a semicolon', `a=1;${name}=${enc(value)}`),
    at('spaces as plus', `${name}=${enc(value).replaceAll('%20', '+')}`),
    at('comments for spaces', `${name}=${enc(value.replaceAll(' ', '/**/'))}`),
    at('line feeds for spaces', `${name}=${enc(value.replaceAll(' ', '\n'))}`),
    at('other case', `${name}=${enc(mixedCase(value))}`),
    at('full width signs', `${name}=${enc(wide(value))}`),
    at('UTF-7 by the content type', `${name}=${enc(utf7(value))}`, {
      headers: { 'content-type': `${FORM}; charset=utf-7` },
    }),
    at('UTF-16 by the content type', `${name}=${every(Buffer.from(value, 'utf16le').toString('latin1'))}`, {
      headers: { 'content-type': 'text/plain; charset=utf-16-le' },
    }),
    at('slashes doubled', `${name}=${enc(value)}`, { path: `/${path}?${name}=${enc(value)}` }),
    at('HEAD', `${name}=${enc(value)}`, { method: 'HEAD' }),
    at('NUL in front', `${name}=%00${enc(value)}`),
    at('with a body', `${name}=${enc(value)}`, { headers: { 'content-type': FORM }, body: `${name}=x` }),
  ];
};

const multipart = (boundary: string, parts: readonly string[], line = '\r\n'): string =>
  `${parts.map((part) => `--${boundary}${line}${part}${line}`).join('')}--${boundary}--${line}`;

/** Spellings of a form field. */
export const formMutations = (path: string, name: string, value: string): Mutation[] => {
  const send = (
    says: string,
    type: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Mutation => ({
    says: `form: ${says}`,
    ask: { method: 'POST', path, headers: { 'content-type': type, ...headers }, body },
  });
  const field = (text: string, more = '') =>
    `Content-Disposition: form-data; name="${name}"${more}\r\n\r\n${text}`;
  const data = 'multipart/form-data; boundary=b';
  return [
    send('plain', FORM, `${name}=${enc(value)}`),
    send('every byte escaped', FORM, `${every(name)}=${every(value)}`),
    send('escaped twice', FORM, `${name}=${enc(enc(value))}`),
    send('two of them', FORM, `${name}=x&${name}=${enc(value)}`),
    send('two of them, the other way', FORM, `${name}=${enc(value)}&${name}=x`),
    send('behind a semicolon', FORM, `a=1;${name}=${enc(value)}`),
    send('type in capitals', FORM.toUpperCase(), `${name}=${enc(value)}`),
    send('UTF-7', `${FORM}; charset=utf-7`, `${name}=${enc(utf7(value))}`),
    send('odd charset word', `${FORM}; charset="utf-16"`, `${name}=${enc(value)}`),
    send('compressed', FORM, gzipSync(`${name}=${enc(value)}`), { 'content-encoding': 'gzip' }),
    send('JSON instead', 'application/json', JSON.stringify({ [name]: value })),
    send('JSON that says it is text', 'text/plain', JSON.stringify({ [name]: value })),
    send('a form that says it is text', 'text/plain', `${name}=${enc(value)}`),
    send('no known type', 'application/octet-stream', `${name}=${enc(value)}`),
    send('behind a lot', FORM, `pad=${'x'.repeat(1_200_000)}&${name}=${enc(value)}`),
    send('multipart', data, multipart('b', [field(value)])),
    send('multipart, quoted boundary', 'multipart/form-data; boundary="b"', multipart('b', [field(value)])),
    send('multipart, two of them', data, multipart('b', [field('x'), field(value)])),
    send('multipart as a file', data, multipart('b', [field(value, '; filename="a.txt"')])),
    send('multipart, line feeds only', data, multipart('b', [field(value).replaceAll('\r\n', '\n')], '\n')),
    send('multipart, name unquoted', data, multipart('b', [field(value).replace(`"${name}"`, name)])),
    send(
      'multipart, extended name',
      data,
      multipart('b', [field(value).replace(`name="${name}"`, `name*=utf-8''${name}`)]),
    ),
    send(
      'multipart, base64 part',
      data,
      multipart('b', [
        `Content-Disposition: form-data; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(value).toString('base64')}`,
      ]),
    ),
    send(
      'multipart, UTF-7 part',
      data,
      multipart('b', [
        `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n${utf7(value)}`,
      ]),
    ),
    send(
      'multipart, hidden behind a lone line feed',
      data,
      `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\n--b\nContent-Disposition: form-data; name="${name}"\n\n${value}\r\n--b--\r\n`,
    ),
    send('multipart, text in front', data, `hello\r\n${multipart('b', [field(value)])}`),
    send('multipart, two boundaries', `${data}; boundary=c`, multipart('c', [field(value)])),
  ];
};

/** Spellings of a value in JSON: `make` writes the body around the JSON text of the value. */
export const jsonMutations = (path: string, value: string, make: (text: string) => string): Mutation[] => {
  const send = (says: string, body: string | Buffer, type = 'application/json'): Mutation => ({
    says: `JSON: ${says}`,
    ask: { method: 'POST', path, headers: { 'content-type': type }, body },
  });
  const text = JSON.stringify(value);
  const escaped = `"${[...value].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  const whole = make(text);
  return [
    send('plain', whole),
    send('escapes', make(escaped)),
    send('a list', make(`[${text}]`)),
    send('a map with the value as key', make(`{${text}:1}`)),
    send('a map', make(`{"a":${text}}`)),
    send('twice, the last counts', `${whole.slice(0, -1)},${whole.slice(1)}`),
    send('UTF-16', Buffer.from(whole, 'utf16le')),
    send('UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(whole, 'utf16le')])),
    send('UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(whole)])),
    send('NaN beside it', `{"n":NaN,${whole.slice(1)}`),
    send('another JSON type', whole, 'application/vnd.api+json'),
    send('says it is a form', whole, FORM),
    send('says it is text', whole, 'text/plain'),
    send('white space around', `\n\t ${whole} \r\n`),
    send('deep', `{"x":${'['.repeat(90)}${']'.repeat(90)},${whole.slice(1)}`),
    send('other charset', whole, 'application/json; charset=utf-7'),
  ];
};

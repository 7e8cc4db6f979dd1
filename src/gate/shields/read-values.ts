import type { MetShield } from '../../access/index.ts';
import type { Facts } from '../facts.ts';
import { type Field, formFields, type Read, unreadable } from './form-fields.ts';
import { type JsonLeaf, jsonValues, readJson } from './json-values.ts';
import { boundaryOf, multipartFields, type Part } from './multipart-fields.ts';

/** No more of a body is read for shields, in bytes; what is longer on a shielded route is refused (fail closed). */
export const SHIELDED_BODY = 1_048_576;

const BODY_PLACES: ReadonlySet<string> = new Set(['form', 'body', 'file', 'any']);

/** Whether the shield looks at something in the body. */
export const readsBody = ({ shield }: MetShield): boolean => BODY_PLACES.has(shield.parameter.in);

type Values = Read<readonly JsonLeaf[]>;

const named = (fields: readonly Field[], name: string | null): string[] =>
  fields.filter((field) => name === null || field.name === name).map(({ value }) => value);

const queryValues = ({ query }: Facts, name: string | null): Values => {
  const fields = formFields(query ?? '');
  return fields.ok ? { ok: true, value: named(fields.value, name) } : fields;
};

// WSGI makes HTTP_X_NAME of X-Name and of X_Name: both are the same header to the app.
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^http_/, '')
    .replaceAll('_', '-');

const headerValues = ({ rawHeaders }: Facts, name: string | null): Values => {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (name !== null && plainName(rawHeaders[i] ?? '') !== plainName(name)) continue;
    const text = rawHeaders[i + 1] ?? '';
    values.push(text, Buffer.from(text, 'latin1').toString('utf8'));
  }
  if (values.length > 2 && name !== null) values.push(values.filter((_, i) => i % 2 === 0).join(','));
  return { ok: true, value: values };
};

const cookieValues = ({ headers }: Facts, name: string | null): Values => {
  const values: string[] = [];
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const called = pair.slice(0, Math.max(0, equals)).trim();
    if (called.startsWith('__Host-gatehouse') || (name !== null && called !== name)) continue;
    const value = pair.slice(equals + 1).trim();
    // Python undoes octal escapes within quotes ("\047").
    if (value.includes('\\')) return unreadable('cookie-escape');
    values.push(Buffer.from(value.replace(/^"(.*)"$/, '$1'), 'latin1').toString('utf8'));
  }
  return { ok: true, value: values };
};

const partValues = (parts: readonly Part[], place: string, name: string | null): string[] =>
  parts
    .filter((part) => name === null || part.name === name)
    .flatMap(({ value, fileName }) =>
      place === 'file'
        ? fileName === undefined
          ? []
          : [fileName]
        : [value, ...((fileName ?? '') ? [fileName ?? ''] : [])],
    );

const bodyValues = (facts: Facts, { shield }: MetShield): Values => {
  const body = facts.peeked ?? Buffer.alloc(0);
  if (body.length === 0) return { ok: true, value: [] };
  if (body.length > SHIELDED_BODY) return unreadable('body-too-large');
  const coding = facts.headers.get('content-encoding');
  if (coding !== undefined && coding.toLowerCase() !== 'identity') return unreadable('body-compressed');
  const { in: place, name, path } = shield.parameter;
  const contentType = facts.headers.get('content-type') ?? '';
  const media = (contentType.split(';')[0] ?? '').trim().toLowerCase();

  // `json.loads(request.body)` does not ask for the content type, so neither does the shield.
  const json = readJson(body);
  const inJson = (): readonly JsonLeaf[] => {
    if (!json.ok) return [];
    return jsonValues(json.value, path.length > 0 || name === null ? path : [name]);
  };
  if (place === 'body' && name !== null) return json.ok ? { ok: true, value: inJson() } : json;
  const raw = body.toString('latin1');
  if (place === 'body') return { ok: true, value: [raw, body.toString('utf8'), ...inJson()] };

  if (media === 'multipart/form-data') {
    const boundary = boundaryOf(contentType);
    if (boundary === undefined) return unreadable('multipart-boundary');
    const parts = multipartFields(raw, boundary);
    return parts.ok ? { ok: true, value: partValues(parts.value, place, name) } : parts;
  }
  if (media === 'application/x-www-form-urlencoded') {
    const fields = formFields(raw);
    return fields.ok ? { ok: true, value: [...named(fields.value, name), ...inJson()] } : fields;
  }
  if (/^application\/(?:[a-z0-9.+-]{1,60}\+)?json$/.test(media))
    return json.ok ? { ok: true, value: inJson() } : json;
  return unreadable('body-type');
};

const join = (parts: readonly Values[]): Values => {
  const out: JsonLeaf[] = [];
  for (const part of parts) {
    if (!part.ok) return part;
    out.push(...part.value);
  }
  return { ok: true, value: out };
};

// Django decodes query and form by the charset of the content type, whatever it is: UTF-7 hides every sign.
const oddCharset = ({ headers }: Facts): boolean => {
  const type = headers.get('content-type');
  return type !== undefined && /charset/i.test(type) && !/;[ \t]*charset="?utf-8"?[ \t]*(?:;|$)/i.test(type);
};

/**
 * Every value of the shield's parameter that the app could read from this request, all duplicates among them, or why
 * that cannot be said. `facts.peeked` holds the body where the shield reads it.
 */
export const readValues = (facts: Facts, met: MetShield): Values => {
  const { in: place, name } = met.shield.parameter;
  if (oddCharset(facts)) return unreadable('charset');
  switch (place) {
    case 'query':
      return queryValues(facts, name);
    case 'path': {
      const value = name === null ? undefined : met.inPath.get(name);
      return { ok: true, value: value === undefined ? [...met.inPath.values()] : [value] };
    }
    case 'header':
      return headerValues(facts, name);
    case 'cookie':
      return cookieValues(facts, name);
    case 'url':
      return join([
        { ok: true, value: [facts.path, `${facts.path}?${facts.query ?? ''}`] },
        queryValues(facts, null),
      ]);
    case 'any':
      return join([queryValues(facts, name), cookieValues(facts, name), bodyValues(facts, met)]);
    default:
      return bodyValues(facts, met);
  }
};

import { parseJson } from '../../core/index.ts';
import { type Read, unreadable } from './form-fields.ts';

/** Where a check needs a plain value, a list or an object is refused: what the app's language makes of it is text too. */
export const STRUCTURE = Symbol('structure');
export type JsonLeaf = string | typeof STRUCTURE;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const leafOf = (value: unknown): JsonLeaf => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? STRUCTURE : String(value);
};

const every = (value: unknown, out: JsonLeaf[]): void => {
  if (Array.isArray(value)) for (const each of value) every(each, out);
  else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) {
      out.push(key);
      every(each, out);
    }
  } else out.push(leafOf(value));
};

/**
 * The JSON of a body. Bytes that are not UTF-8 have no reading: Python takes UTF-16 and UTF-32 as well, where every sign
 * hides from whoever reads bytes.
 */
export const readJson = (body: Buffer): Read<unknown> => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return { ok: true, value: parseJson(text, { maxLength: body.length }) };
  } catch {
    return unreadable('json');
  }
};

/** What stands at `path` in a JSON value: one leaf; every key and leaf there is for an empty path; nothing when absent. */
export const jsonValues = (value: unknown, path: readonly string[]): readonly JsonLeaf[] => {
  if (path.length === 0) {
    const out: JsonLeaf[] = [];
    every(value, out);
    return out;
  }
  let at: unknown = value;
  for (const key of path) {
    // A text that stands where an object is expected goes no further: the app fails there too.
    if (!isObject(at)) return Array.isArray(at) ? [STRUCTURE] : [];
    if (!Object.hasOwn(at, key)) return [];
    at = at[key];
  }
  return [leafOf(at)];
};

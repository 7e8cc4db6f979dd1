import { GatehouseError } from './errors.ts';

export interface JsonLimits {
  /** Most characters of text; default 1 MiB. */
  maxLength?: number;
  /** Deepest nesting of arrays and objects; default 64. */
  maxDepth?: number;
}

const DEFAULTS = { maxLength: 1_048_576, maxDepth: 64 };

const refuse = (why: string): never => {
  throw new GatehouseError('invalid-json', why, { remedy: 'Send well-formed JSON (RFC 8259).' });
};

// Depth is measured on the text before it is parsed, so that nesting cannot exhaust the stack.
const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
};

/**
 * The one JSON parser for outside text. Returns `unknown`: a schema says what it is.
 * A key named `__proto__` is dropped, since copying it would set a prototype.
 * @throws {GatehouseError} `invalid-json` when the text is malformed, too long or too deep.
 */
export const parseJson = (text: string, limits: JsonLimits = {}): unknown => {
  const { maxLength, maxDepth } = { ...DEFAULTS, ...limits };
  if (text.length > maxLength) refuse(`the JSON text is longer than ${maxLength} characters`);
  if (depthOf(text) > maxDepth) refuse(`the JSON text is nested deeper than ${maxDepth} levels`);
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch (cause) {
    return refuse(`the JSON text is malformed: ${(cause as Error).message}`);
  }
};

/**
 * The canonical text of a JSON value (RFC 8785): keys sorted by UTF-16 code unit, no white space,
 * numbers as ECMAScript writes them. Values that are `undefined` are left out of objects.
 * @throws {TypeError} for values that JSON does not have (functions, NaN, infinities, lone surrogates).
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical JSON');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>;
    const members = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
};

import type { BytesConstant, Expr, StrConstant } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { undoEscapes, unifyBreaks } from './escapes.ts';
import { fold, formattedString } from './fstrings.ts';
import type { Parser } from './parser.ts';

// The text between the quotes of a STRING token, its escapes undone.
const textOf = (p: Parser, start: number, end: number, flags: number): string => {
  const quotes = (flags & T.TRIPLE) === 0 ? 1 : 3;
  const from = start + (flags & T.PREFIX_MASK) + quotes;
  const text = p.source.slice(from, (flags & T.UNTERMINATED) === 0 ? end - quotes : end);
  if ((flags & (T.BACKSLASH | T.CARRIAGE_RETURN)) === 0) return text;
  const unified = (flags & T.CARRIAGE_RETURN) === 0 ? text : unifyBreaks(text);
  if ((flags & T.BACKSLASH) === 0 || (flags & T.RAW) !== 0) return unified;
  return undoEscapes(unified, (flags & T.BYTES) !== 0, (message, at, to) =>
    p.errors.report(message, Math.min(from + at, end), Math.min(from + to, end)),
  );
};

const literal = (p: Parser): StrConstant | BytesConstant => {
  const start = p.start;
  const flags = p.values[p.index] as number;
  p.advance();
  const end = p.lastEnd;
  const text = textOf(p, start, end, flags);
  if ((flags & T.BYTES) === 0) {
    return { type: 'Constant', start, end, kind: 'str', value: text, unicode: (flags & T.UNICODE) !== 0 };
  }
  if ((flags & T.NON_ASCII) !== 0) p.errors.report('bytes can hold ASCII characters only', start, end);
  return { type: 'Constant', start, end, kind: 'bytes', value: Buffer.from(text, 'latin1') };
};

const isTemplate = (p: Parser): boolean =>
  p.kind === T.FSTRING_START && ((p.values[p.index] as number) & T.TEMPLATE) !== 0;

const joinBytes = (parts: readonly BytesConstant[], start: number, end: number): Expr => ({
  type: 'Constant',
  start,
  end,
  kind: 'bytes',
  value: Buffer.concat(parts.map(({ value }) => value)),
});

/** `strings`: one or more adjacent literals, which Python joins before anything else. */
export const strings = (p: Parser): Expr => {
  const start = p.start;
  if (p.kind === T.STRING && p.peek(1) !== T.STRING && p.peek(1) !== T.FSTRING_START) return literal(p);
  const parts: Expr[] = [];
  let templates = 0;
  let formatted = 0;
  let texts = 0;
  const bytes: BytesConstant[] = [];
  while (p.kind === T.STRING || p.kind === T.FSTRING_START) {
    if (p.kind === T.STRING) {
      const part = literal(p);
      if (part.kind === 'bytes') bytes.push(part);
      else texts++;
      parts.push(part);
    } else {
      if (isTemplate(p)) templates++;
      else formatted++;
      formattedString(p, parts);
    }
  }
  const end = p.lastEnd;
  if (bytes.length > 0 && texts + formatted + templates > 0) {
    p.errors.report('bytes and text cannot be joined', start, end);
  }
  if (templates > 0 && texts + formatted + bytes.length > 0) {
    p.errors.report('t-strings and other strings cannot be joined', start, end);
  }
  if (templates > 0) return { type: 'TemplateStr', start, end, values: fold(parts) };
  if (formatted > 0) return { type: 'JoinedStr', start, end, values: fold(parts) };
  if (texts === 0) return joinBytes(bytes, start, end);
  const joined = parts.filter((part) => part.type === 'Constant' && part.kind === 'str');
  const first = joined[0] as StrConstant;
  return { ...first, start, end, value: joined.map(({ value }) => value).join('') };
};

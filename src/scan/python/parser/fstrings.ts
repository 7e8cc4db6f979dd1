import type { Expr, FormattedValue, Interpolation, JoinedStr, StrConstant } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { undoEscapes, unifyBreaks } from './escapes.ts';
import { assignedValue } from './expressions.ts';
import type { Parser } from './parser.ts';
import { BRACKET_WEIGHT } from './recovery.ts';

const R = 0x72;

// A stretch of literal text.
const middle = (p: Parser): StrConstant => {
  const start = p.start;
  const flags = p.values[p.index] as number;
  p.advance();
  const end = p.lastEnd;
  let text = p.source.slice(start, end);
  if ((flags & T.CARRIAGE_RETURN) !== 0) text = unifyBreaks(text);
  const bad = (message: string, at: number, to: number) =>
    p.errors.report(message, Math.min(start + at, end), Math.min(start + to, end));
  if ((flags & T.BRACES) === 0) {
    if ((flags & T.BACKSLASH) !== 0 && (flags & T.RAW) === 0) text = undoEscapes(text, false, bad);
  } else {
    const escapes = (flags & T.BACKSLASH) !== 0 && (flags & T.RAW) === 0;
    const pieces = splitBraces(text, escapes);
    text = pieces.map((piece) => (escapes ? undoEscapes(piece, false, bad) : piece)).join('');
  }
  return { type: 'Constant', start, end, kind: 'str', value: text, unicode: false };
};

// The text cut behind each doubled brace, of which one is kept.
const splitBraces = (text: string, escapes: boolean): string[] => {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && escapes) {
      // The braces of `\N{…}` are its own.
      if (text.startsWith('N{', at + 1)) at = Math.max(at, text.indexOf('}', at));
      else if (text[at + 1] === '\\') at++;
    } else if ((character === '{' || character === '}') && text[at + 1] === character) {
      pieces.push(text.slice(from, at + 1));
      at++;
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
};

// Where the comments between two offsets are, so that the text of an expression can be given without them.
const withoutComments = (p: Parser, from: number, to: number): string => {
  const text = p.source.slice(from, to);
  if (!text.includes('#')) return unifyBreaks(text);
  let kept = '';
  let at = from;
  for (const { start, end } of p.commentsBetween(from, to)) {
    kept += p.source.slice(at, start);
    at = end;
  }
  return unifyBreaks(kept + p.source.slice(at, to));
};

const conversionOf = (p: Parser): number => {
  const mark = p.ends[p.index] as number;
  p.advance();
  if (p.start !== mark) p.fail('the conversion must stand directly behind the exclamation mark');
  const name = p.expectName();
  if (name !== 's' && name !== 'r' && name !== 'a')
    p.fail("one of the conversions 's', 'r' and 'a' expected");
  return name.charCodeAt(0);
};

/** The parts of a string with adjacent constants as one, and without empty ones. */
export const fold = (parts: readonly Expr[]): Expr[] => {
  const values: Expr[] = [];
  for (const part of parts) {
    if (part.type === 'Constant' && part.kind === 'str') {
      const last = values.at(-1);
      if (last?.type === 'Constant' && last.kind === 'str') {
        values[values.length - 1] = { ...last, end: part.end, value: last.value + part.value };
        continue;
      }
    }
    values.push(part);
  }
  return values.filter((value) => !(value.type === 'Constant' && value.kind === 'str' && value.value === ''));
};

const formatSpec = (p: Parser): JoinedStr => {
  const start = p.start;
  p.advance();
  const values: Expr[] = [];
  while (p.kind === T.FSTRING_MIDDLE || p.kind === T.LBRACE) {
    if (p.kind === T.LBRACE) values.push(...field(p, false));
    else values.push(middle(p));
  }
  return { type: 'JoinedStr', start, end: p.lastEnd, values: fold(values) };
};

// One `{…}`: the value, and before it, for `{value=}`, the text of the expression.
const field = (p: Parser, template: boolean): Expr[] => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const value = assignedValue(p);
  const debug = p.accept(T.EQUAL);
  const textEnd = p.start;
  let conversion = p.kind === T.EXCLAMATION ? conversionOf(p) : -1;
  const format_spec = p.kind === T.COLON ? formatSpec(p) : null;
  p.expect(T.RBRACE, "'}'");
  p.depth -= BRACKET_WEIGHT;
  if (debug && conversion < 0 && format_spec === null) conversion = R;
  const end = p.lastEnd;
  const text = debug || template ? withoutComments(p, start + 1, textEnd) : '';
  const part: FormattedValue | Interpolation = template
    ? { type: 'Interpolation', start, end, value, str: stripped(text, debug), conversion, format_spec }
    : { type: 'FormattedValue', start, end, value, conversion, format_spec };
  if (!debug) return [part];
  return [
    { type: 'Constant', start: start + 1, end: textEnd, kind: 'str', value: text, unicode: false },
    part,
  ];
};

const stripped = (text: string, debug: boolean): string => {
  const trimmed = text.trimEnd();
  return debug ? trimmed.slice(0, trimmed.lastIndexOf('=')).trimEnd() : trimmed;
};

/** Adds the parts of the f-string or t-string that is next: constants and replacement fields. */
export const formattedString = (p: Parser, parts: Expr[]): void => {
  const template = ((p.values[p.index] as number) & T.TEMPLATE) !== 0;
  p.advance();
  while (p.kind !== T.FSTRING_END) {
    if (p.kind === T.FSTRING_MIDDLE) parts.push(middle(p));
    else if (p.kind === T.LBRACE) parts.push(...field(p, template));
    else p.fail('the end of the f-string expected');
  }
  p.advance();
};

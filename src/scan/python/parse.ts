import type { Module, Stmt } from './ast.ts';
import { decodePython } from './encoding.ts';
import { ErrorLog } from './errors.ts';
import { MAX_ERRORS } from './limits.ts';
import { LineTable } from './lines.ts';
import { statements } from './parser/blocks.ts';
import { Parser } from './parser/parser.ts';
import type { ParseOptions, ParseResult } from './result.ts';
import * as T from './tokenizer/kinds.ts';
import { Lexer } from './tokenizer/lexer.ts';
import { nameTable } from './tokenizer/names.ts';
import { tokenize } from './tokenizer/tokenize.ts';
import { borrowTokens, returnTokens } from './tokenizer/tokens.ts';

const BYTE_ORDER_MARK = 0xfeff;

const codesOf = (source: string): Uint16Array => {
  const codes = new Uint16Array(source.length + 1);
  Buffer.from(codes.buffer).write(source, 'utf16le');
  return codes;
};

const moduleOf = (p: Parser, length: number): Module => {
  const body: Stmt[] = [];
  // A DEDENT without its block is left only where the parser ran out of stack.
  for (statements(p, body); p.kind !== T.END; statements(p, body)) p.advance();
  return { type: 'Module', start: 0, end: length, body };
};

const FEATURES = new Set([
  'nested_scopes',
  'generators',
  'division',
  'absolute_import',
  'with_statement',
  'print_function',
  'unicode_literals',
  'barry_as_FLUFL',
  'generator_stop',
  'annotations',
]);

// Behind the docstring, the file may ask for features of later versions; CPython knows all that there will ever be.
const checkFutures = ({ body }: Module, errors: ErrorLog): void => {
  const [first] = body;
  const documented = first?.type === 'Expr' && first.value.type === 'Constant' && first.value.kind === 'str';
  for (const statement of documented ? body.slice(1) : body) {
    if (statement.type !== 'ImportFrom' || statement.module !== '__future__' || statement.level > 0) return;
    for (const { name, start, end } of statement.names) {
      if (!FEATURES.has(name)) errors.report('a feature that Python does not know', start, end);
    }
  }
};

const located = (comments: readonly number[]): { start: number; end: number }[] => {
  const found: { start: number; end: number }[] = [];
  for (let at = 0; at < comments.length; at += 2) {
    found.push({ start: comments[at] as number, end: comments[at + 1] as number });
  }
  return found;
};

/**
 * Parses a Python file of any version from 3.8 to 3.14, given as text or as the bytes of the file. Never throws: what
 * is not Python is an error in the result and an `ErrorStmt` or `ErrorExpr` in the tree, and the rest of the file is
 * parsed all the same.
 */
export const parsePython = (source: string | Uint8Array, options: ParseOptions = {}): ParseResult => {
  const decoded =
    typeof source === 'string' ? { source, encoding: 'utf-8', problems: [] } : decodePython(source);
  const text = decoded.source;
  const marked = text === source && text.charCodeAt(0) === BYTE_ORDER_MARK;
  const errors = new ErrorLog(options.maxErrors ?? MAX_ERRORS);
  for (const { message, offset } of decoded.problems) errors.report(message, offset, offset);
  const zero = text.indexOf('\0');
  if (zero >= 0) errors.report('a null character', zero, zero + 1);
  const tokens = borrowTokens(text.length);
  const names = nameTable();
  const lexer = new Lexer(text, codesOf(text), tokens, names, errors);
  tokenize(lexer, marked ? 1 : 0);
  const parser = new Parser(text, tokens, names.strings, lexer.comments, errors);
  const module = moduleOf(parser, text.length);
  returnTokens(tokens);
  checkFutures(module, errors);
  return {
    module,
    errors: errors.sorted(),
    errorCount: errors.count,
    encoding: decoded.encoding,
    source: text,
    lines: new LineTable(text),
    comments: located(lexer.comments),
  };
};

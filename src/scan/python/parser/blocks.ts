import type { Stmt } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { compoundStatement, startsCompound } from './compound-statements.ts';
import type { Parser } from './parser.ts';
import { simpleStatement } from './simple-statements.ts';

// Goes behind the line break that ends the current line.
const skipLine = (p: Parser): void => {
  while (p.kind > T.DEDENT) p.advance();
  if (p.kind === T.NEWLINE) p.advance();
};

// The statements of an indented block that belongs to nothing.
const strayBlock = (p: Parser): Stmt[] => {
  const body: Stmt[] = [];
  if (p.accept(T.INDENT)) {
    statements(p, body);
    p.accept(T.DEDENT);
  }
  return body;
};

// `simple_stmts`: statements with semicolons between them, up to the end of the line.
const simpleStatements = (p: Parser, into: Stmt[]): void => {
  for (;;) {
    into.push(tolerantly(p));
    if (p.accept(T.SEMI) && p.kind !== T.NEWLINE) continue;
    if (p.kind === T.NEWLINE) p.advance();
    else {
      p.report('the end of the statement expected');
      into.push(errorStatement(p, p.index));
    }
    return;
  }
};

// A simple statement; if it cannot be parsed, what stands in brackets there may become an error node instead.
const tolerantly = (p: Parser): Stmt => {
  const { index, depth } = p;
  const { count } = p.errors;
  try {
    return simpleStatement(p);
  } catch (caught) {
    if (p.tolerant || !p.isAbort(caught)) throw caught;
    p.errors.rewind(count);
    p.goTo(index);
    p.depth = depth;
    p.tolerant = true;
    try {
      return simpleStatement(p);
    } finally {
      p.tolerant = false;
    }
  }
};

/** `statements`: up to the end of the block or file. What cannot be parsed becomes an `ErrorStmt`. */
export const statements = (p: Parser, into: Stmt[]): void => {
  while (p.kind !== T.DEDENT && p.kind !== T.END) {
    const { index, depth } = p;
    try {
      if (startsCompound(p)) into.push(compoundStatement(p));
      else if (p.kind === T.INDENT) p.fail('an indentation that is not expected');
      else simpleStatements(p, into);
    } catch (caught) {
      if (!p.isAbort(caught)) throw caught;
      p.depth = depth;
      into.push(errorStatement(p, index));
    }
  }
};

// Goes on behind the line in which parsing stopped, and behind the block below it.
const errorStatement = (p: Parser, index: number): Stmt => {
  const start = p.starts[index] as number;
  if (p.kind !== T.INDENT) skipLine(p);
  const body = strayBlock(p);
  return { type: 'ErrorStmt', start, end: Math.max(start, p.blockEnd()), body };
};

/**
 * `block`: what a compound statement holds, from its colon on. A colon or an indented block that is missing is
 * reported, and what is there is kept.
 */
export const block = (p: Parser): Stmt[] => {
  const body: Stmt[] = [];
  if (!p.accept(T.COLON)) {
    p.report("':' expected");
    if (p.kind !== T.NEWLINE) skipToBlock(p);
    p.accept(T.COLON);
  }
  if (!p.accept(T.NEWLINE)) {
    oneLine(p, body);
    return body;
  }
  if (!p.accept(T.INDENT)) {
    p.report('an indented block expected');
    return body;
  }
  p.enter(1);
  statements(p, body);
  p.depth--;
  p.accept(T.DEDENT);
  return body;
};

// A block on the line of its statement. If it cannot be parsed, the statement keeps what could be.
const oneLine = (p: Parser, body: Stmt[]): void => {
  const { index, depth } = p;
  try {
    simpleStatements(p, body);
  } catch (caught) {
    if (!p.isAbort(caught)) throw caught;
    p.depth = depth;
    body.push(errorStatement(p, index));
  }
};

/** Goes to the colon at the end of the current line, or to the line break if there is none. */
export const skipToBlock = (p: Parser): void => {
  while (p.kind > T.DEDENT && !(p.kind === T.COLON && p.peek(1) === T.NEWLINE)) p.advance();
};

import { MAX_BLOCKS } from '../limits.ts';
import { BACKSLASH_CODE, CR, FORM_FEED, HASH, LF, SPACE, TAB } from './characters.ts';
import { DEDENT, INDENT } from './kinds.ts';
import type { Lexer } from './lexer.ts';

/** Notes the comment at the position and goes to the end of its line. */
export const skipComment = (lexer: Lexer): void => {
  const start = lexer.pos;
  lexer.pos = lexer.lineEnd(start);
  lexer.comments.push(start, lexer.pos);
};

/** Whether a backslash at `pos` continues the line. Reports one that does not, or behind which the file ends. */
export const continuesLine = (lexer: Lexer, pos: number): boolean => {
  const next = lexer.at(pos + 1);
  if (next !== LF && next !== CR) {
    lexer.errors.report('something behind a backslash that should continue the line', pos, pos + 1);
    return false;
  }
  if (lexer.afterBreak(pos + 1) >= lexer.length) {
    lexer.errors.report('the file ends behind a backslash', pos, pos + 1);
  }
  return true;
};

const indent = (lexer: Lexer, column: number, narrow: number): void => {
  if (lexer.indents.length > MAX_BLOCKS) {
    lexer.errors.report('too many nested blocks', lexer.pos, lexer.pos);
    return;
  }
  if (narrow <= (lexer.narrowIndents.at(-1) ?? 0)) reportTabs(lexer);
  lexer.indents.push(column);
  lexer.narrowIndents.push(narrow);
  lexer.tokens.push(INDENT, lexer.pos, lexer.pos, 0);
};

const dedent = (lexer: Lexer, column: number, narrow: number): void => {
  const { indents, narrowIndents } = lexer;
  while (column < (indents.at(-1) ?? 0)) {
    if (column > (indents.at(-2) ?? 0)) {
      // A line between two blocks: what is left of the inner one is taken to be indented less.
      lexer.errors.report('an indentation that fits no block', lexer.pos, lexer.pos);
      indents[indents.length - 1] = column;
      narrowIndents[narrowIndents.length - 1] = narrow;
      return;
    }
    indents.pop();
    narrowIndents.pop();
    lexer.tokens.push(DEDENT, lexer.pos, lexer.pos, 0);
  }
  if (narrow !== narrowIndents.at(-1)) reportTabs(lexer);
};

const reportTabs = (lexer: Lexer): void => {
  lexer.errors.report('tabs and spaces are mixed in indentation', lexer.pos, lexer.pos);
};

/**
 * At the start of a line: skips lines without code, then emits the INDENT or the DEDENTs that the indentation of the
 * next line asks for. A tab counts to the next multiple of eight, and the same lines must nest in the same way if it
 * counts as one column. A form feed begins the line anew.
 */
export const scanLineStart = (lexer: Lexer): void => {
  const { codes, length } = lexer;
  for (;;) {
    let column = 0;
    let narrow = 0;
    let continued = 0;
    let pos = lexer.pos;
    for (;;) {
      const code = codes[pos];
      if (code === SPACE) {
        column++;
        narrow++;
      } else if (code === TAB) {
        column = (column | 7) + 1;
        narrow++;
      } else if (code === FORM_FEED) column = narrow = 0;
      else if (code === BACKSLASH_CODE && (lexer.at(pos + 1) === LF || lexer.at(pos + 1) === CR)) {
        // The first backslash settles how far the line is indented.
        continued ||= column;
        continuesLine(lexer, pos);
        pos = lexer.afterBreak(pos + 1);
        continue;
      } else break;
      pos++;
    }
    lexer.pos = pos;
    if (codes[pos] === HASH) skipComment(lexer);
    if (lexer.pos >= length) return;
    if (codes[lexer.pos] === LF || codes[lexer.pos] === CR) {
      lexer.pos = lexer.afterBreak(lexer.pos);
      continue;
    }
    if (continued > 0) column = narrow = continued;
    const current = lexer.indents.at(-1) ?? 0;
    if (column > current) indent(lexer, column, narrow);
    else if (column < current) dedent(lexer, column, narrow);
    else if (narrow !== lexer.narrowIndents.at(-1)) reportTabs(lexer);
    return;
  }
};

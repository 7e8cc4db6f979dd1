import { MAX_BLOCKS } from '../limits.ts';
import { BACKSLASH_CODE, CR, FORM_FEED, HASH, LF, SPACE, TAB } from './characters.ts';
import { DEDENT, INDENT } from './kinds.ts';
import type { Lexer } from './lexer.ts';

/** Notes the comment at `start` and returns where its line ends. */
export const skipComment = (lexer: Lexer, start: number): number => {
  const end = lexer.lineEnd(start);
  lexer.comments.push(start, end);
  return end;
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

const indent = (lexer: Lexer, pos: number, column: number, narrow: number): void => {
  if (lexer.indents.length > MAX_BLOCKS) {
    lexer.errors.report('too many nested blocks', pos, pos);
    return;
  }
  if (narrow <= (lexer.narrowIndents.at(-1) ?? 0)) reportTabs(lexer, pos);
  lexer.indents.push(column);
  lexer.narrowIndents.push(narrow);
  lexer.tokens.push(INDENT, pos, pos, 0);
};

const dedent = (lexer: Lexer, pos: number, column: number, narrow: number): void => {
  const { indents, narrowIndents } = lexer;
  while (column < (indents.at(-1) ?? 0)) {
    if (column > (indents.at(-2) ?? 0)) {
      // A line between two blocks: what is left of the inner one is taken to be indented less.
      lexer.errors.report('an indentation that fits no block', pos, pos);
      indents[indents.length - 1] = column;
      narrowIndents[narrowIndents.length - 1] = narrow;
      return;
    }
    indents.pop();
    narrowIndents.pop();
    lexer.tokens.push(DEDENT, pos, pos, 0);
  }
  if (narrow !== narrowIndents.at(-1)) reportTabs(lexer, pos);
};

const reportTabs = (lexer: Lexer, pos: number): void => {
  lexer.errors.report('tabs and spaces are mixed in indentation', pos, pos);
};

/**
 * At the start of a line: skips lines without code, then emits the INDENT or the DEDENTs that the indentation of the
 * next line asks for. A tab counts to the next multiple of eight, and the same lines must nest in the same way if it
 * counts as one column. A form feed begins the line anew. Returns where the code of that line begins.
 */
export const scanLineStart = (lexer: Lexer, start: number): number => {
  const { codes, length } = lexer;
  let pos = start;
  for (;;) {
    let column = 0;
    let narrow = 0;
    let continued = 0;
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
    if (codes[pos] === HASH) pos = skipComment(lexer, pos);
    if (pos >= length) return pos;
    if (codes[pos] === LF || codes[pos] === CR) {
      pos = lexer.afterBreak(pos);
      continue;
    }
    if (continued > 0) column = narrow = continued;
    const current = lexer.indents.at(-1) ?? 0;
    if (column > current) indent(lexer, pos, column, narrow);
    else if (column < current) dedent(lexer, pos, column, narrow);
    else if (narrow !== lexer.narrowIndents.at(-1)) reportTabs(lexer, pos);
    return pos;
  }
};

import { isNameCharacter } from './characters.ts';
import { ERROR, NAME } from './kinds.ts';
import type { Lexer } from './lexer.ts';

// PEP 3131. The two sets as Unicode defines them; Python adds the underscore to those that can begin a name.
const CAN_BEGIN = /^[_\p{XID_Start}]$/u;
const CAN_FOLLOW = /^\p{XID_Continue}$/u;

/**
 * Reads a name from `start` that has characters beyond ASCII, or an odd character that begins none. Python compares
 * names in their NFKC form, so that is what the name table holds. A keyword in odd letters is a name.
 * Returns where it ends.
 */
export const scanUnicodeName = (lexer: Lexer, start: number): number => {
  let pos = start;
  let bad = -1;
  while (pos < lexer.length && (isNameCharacter(lexer.at(pos)) || lexer.at(pos) > 127)) {
    const character = String.fromCodePoint(lexer.source.codePointAt(pos) ?? 0);
    if (!(pos === start ? CAN_BEGIN : CAN_FOLLOW).test(character)) {
      bad = pos;
      break;
    }
    pos += character.length;
  }
  if (bad >= 0) {
    const code = lexer.source.codePointAt(bad) ?? 0;
    const end = bad + (code > 0xffff ? 2 : 1);
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    lexer.errors.report(`a character that cannot stand here: U+${hex}`, bad, end);
    lexer.tokens.push(ERROR, start, end, 0);
    return end;
  }
  const name = lexer.source.slice(start, pos).normalize('NFKC');
  lexer.tokens.push(NAME, start, pos, lexer.names.internNormalized(name));
  return pos;
};

import { pick } from './random.ts';

const TOKEN =
  /\s+|[A-Za-z_]\w*|\d[\w.]*|"""|'''|\*\*=?|\/\/=?|>>=?|<<=?|[-+*/%&|^@=!<>:]=|->|\.\.\.|[^\sA-Za-z_\d]/gu;

const WORDS =
  `( ) [ ] { } , : ; . = := + - * ** / // % @ == != <> < -> ... ! $ if else elif for in not is and or lambda yield
  from await async def class return pass with as try except finally raise import global nonlocal del assert while match
  case type _ x y 1 1.5 0x1 "s" b"b" f"{x}" t"{y!r}" None True print #c \\ " ' """ f" f' u r += *= é 1j`
    .split(/\s+/)
    .concat('\n', '\n\t', '\t', ' ', '\n    ');

const CHARACTERS = [
  ...'()[]{},:;.=+-*/%@!<>&|^~\\"\'#$?`_ \t\n\r\f\0abefjlnortuxNLR019é😀“\u00a0\ufeff\u2028\u0301ªﬁ',
  '"""',
  "'''",
  'f"',
  '0x',
  '1_',
  '\\N{',
  '{{',
  '}}',
  '\\\n',
];

/** `text` with one token taken out, put in, replaced, doubled or swapped, or cut off there. */
export const mutateTokens = (random: () => number, text: string): string => {
  const tokens = text.match(TOKEN) ?? [''];
  const at = Math.floor(random() * tokens.length);
  const how = random();
  if (how < 0.3) tokens.splice(at, 1);
  else if (how < 0.55) tokens.splice(at, 0, pick(random, WORDS, ''));
  else if (how < 0.75) tokens[at] = pick(random, WORDS, '');
  else if (how < 0.85) tokens.splice(at, 0, pick(random, tokens, ''));
  else if (how < 0.95) {
    const other = Math.floor(random() * tokens.length);
    [tokens[at], tokens[other]] = [tokens[other] ?? '', tokens[at] ?? ''];
  } else tokens.length = at;
  return tokens.join('');
};

/** `text` with one character taken out, put in or replaced, or cut off there. */
export const mutateCharacters = (random: () => number, text: string): string => {
  const at = Math.floor(random() * (text.length + 1));
  const how = random();
  const character = pick(random, CHARACTERS, '');
  if (how < 0.3) return text.slice(0, at) + text.slice(at + 1);
  if (how < 0.6) return text.slice(0, at) + character + text.slice(at);
  if (how < 0.9) return text.slice(0, at) + character + text.slice(at + 1);
  return text.slice(0, at);
};

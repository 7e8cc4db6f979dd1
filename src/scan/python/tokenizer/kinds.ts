// Kinds of tokens. The first four shape lines; a test for `kind <= DEDENT` finds them.
export const END = 0;
export const NEWLINE = 1;
export const INDENT = 2;
export const DEDENT = 3;
export const NAME = 4;
export const NUMBER = 5;
export const STRING = 6;
/** Opens an f-string or t-string; the parts follow, then an {@link FSTRING_END}. */
export const FSTRING_START = 7;
export const FSTRING_MIDDLE = 8;
export const FSTRING_END = 9;
/** Something that no token begins with; its error is already recorded. */
export const ERROR = 10;

export const LPAR = 11;
export const RPAR = 12;
export const LSQB = 13;
export const RSQB = 14;
export const LBRACE = 15;
export const RBRACE = 16;
export const COLON = 17;
export const COMMA = 18;
export const SEMI = 19;
export const DOT = 20;
export const ELLIPSIS = 21;
export const ARROW = 22;
export const EXCLAMATION = 23;
export const COLONEQUAL = 24;
export const EQUAL = 25;
export const TILDE = 26;

// Binary operators, then the same with `=` in the same order: `+=` is PLUS + AUGMENT.
export const PLUS = 27;
export const MINUS = 28;
export const STAR = 29;
export const AT = 30;
export const SLASH = 31;
export const PERCENT = 32;
export const AMPER = 33;
export const VBAR = 34;
export const CIRCUMFLEX = 35;
export const LEFTSHIFT = 36;
export const RIGHTSHIFT = 37;
export const DOUBLESTAR = 38;
export const DOUBLESLASH = 39;
export const AUGMENT = 13;
export const PLUSEQUAL = 40;
export const DOUBLESLASHEQUAL = 52;

export const EQEQUAL = 53;
export const NOTEQUAL = 54;
export const LESS = 55;
export const LESSEQUAL = 56;
export const GREATER = 57;
export const GREATEREQUAL = 58;

// Keywords, in the order of KEYWORDS.
export const FIRST_KEYWORD = 64;
export const FALSE = 64;
export const NONE = 65;
export const TRUE = 66;
export const AND = 67;
export const AS = 68;
export const ASSERT = 69;
export const ASYNC = 70;
export const AWAIT = 71;
export const BREAK = 72;
export const CLASS = 73;
export const CONTINUE = 74;
export const DEF = 75;
export const DEL = 76;
export const ELIF = 77;
export const ELSE = 78;
export const EXCEPT = 79;
export const FINALLY = 80;
export const FOR = 81;
export const FROM = 82;
export const GLOBAL = 83;
export const IF = 84;
export const IMPORT = 85;
export const IN = 86;
export const IS = 87;
export const LAMBDA = 88;
export const NONLOCAL = 89;
export const NOT = 90;
export const OR = 91;
export const PASS = 92;
export const RAISE = 93;
export const RETURN = 94;
export const TRY = 95;
export const WHILE = 96;
export const WITH = 97;
export const YIELD = 98;
export const KIND_COUNT = 99;

export const KEYWORDS = [
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
] as const;

/** Names that are keywords in some places only; their place in the name table follows that of the keywords. */
export const SOFT_KEYWORDS = ['_', 'case', 'match', 'type'] as const;
export const UNDERSCORE_NAME = 35;
export const CASE_NAME = 36;
export const MATCH_NAME = 37;
export const TYPE_NAME = 38;

/** Keywords that can stand nowhere in brackets: on a new line there, a bracket before it was never closed. */
export const ENDS_BRACKETS: Uint8Array = new Uint8Array(KIND_COUNT);
for (const kind of [
  ASSERT,
  BREAK,
  CLASS,
  CONTINUE,
  DEF,
  DEL,
  ELIF,
  EXCEPT,
  FINALLY,
  GLOBAL,
  IMPORT,
  NONLOCAL,
  PASS,
  RAISE,
  RETURN,
  TRY,
  WHILE,
  WITH,
]) {
  ENDS_BRACKETS[kind] = 1;
}

/** The value of a NOTEQUAL that is written `<>`. */
export const DIAMOND = 1;

// Flags of STRING and FSTRING_START tokens, with the length of the prefix in the lowest two bits.
export const PREFIX_MASK = 3;
export const RAW = 4;
export const BYTES = 8;
export const UNICODE = 16;
export const TEMPLATE = 32;
export const TRIPLE = 64;
export const BACKSLASH = 128;
export const NON_ASCII = 256;
export const CARRIAGE_RETURN = 512;
/** The closing quote is missing. */
export const UNTERMINATED = 1024;
/** A middle of an f-string has doubled braces. */
export const BRACES = 2048;

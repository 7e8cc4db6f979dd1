/** Deepest nesting of brackets, as in CPython (MAXLEVEL). */
export const MAX_BRACKETS = 200;
/** Deepest nesting of blocks, as in CPython (MAXINDENT, which counts the outermost level). */
export const MAX_BLOCKS = 99;
/** Deepest nesting of f-strings in f-strings, as in CPython (MAXFSTRINGLEVEL, less the file itself). */
export const MAX_FSTRINGS = 149;
/** Deepest nesting of replacement fields in format specifications, as in CPython (MAX_EXPR_NESTING). */
export const MAX_FIELDS = 3;
/** Most digits of a decimal integer, as in CPython (`sys.int_info.default_max_str_digits`). */
export const MAX_DECIMAL_DIGITS = 4300;
/**
 * Deepest nesting of expressions and patterns in each other. CPython stops where its C stack ends; here it must hold
 * for the parser's own stack and for that of whoever walks the tree.
 */
export const MAX_DEPTH = 800;
/** How often the tokenizer may go back to where a bracket or string that never ends began, in one file. */
export const MAX_REWINDS = 64;
/** Errors kept unless the caller says otherwise. */
export const MAX_ERRORS = 200;

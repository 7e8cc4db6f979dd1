// What a token that begins with an ASCII character can be; 0 is none of these.
export const LETTER = 1;
export const DIGIT = 2;
export const QUOTE = 3;
export const LINE_BREAK = 4;
export const OPERATOR = 5;

/** One of the classes above for each ASCII character. */
export const CLASSES: Uint8Array = new Uint8Array(128);
for (let code = 0x30; code <= 0x39; code++) CLASSES[code] = DIGIT;
for (let code = 0x41; code <= 0x5a; code++) CLASSES[code] = CLASSES[code + 32] = LETTER;
CLASSES[0x5f] = LETTER;
for (const character of '"\'') CLASSES[character.charCodeAt(0)] = QUOTE;
for (const character of '\n\r') CLASSES[character.charCodeAt(0)] = LINE_BREAK;
for (const character of '!%&()*+,-./:;<=>@[]^{|}~') CLASSES[character.charCodeAt(0)] = OPERATOR;

export const TAB = 9;
export const LF = 10;
export const FORM_FEED = 12;
export const CR = 13;
export const SPACE = 32;
export const HASH = 35;
export const DOT_CODE = 46;
export const BACKSLASH_CODE = 92;
export const LEFT_BRACE = 123;
export const RIGHT_BRACE = 125;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Whether an ASCII character can stand in a name. */
export const isNameCharacter = (code: number): boolean =>
  code < 128 && (CLASSES[code] === LETTER || CLASSES[code] === DIGIT);

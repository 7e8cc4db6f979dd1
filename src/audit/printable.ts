// Line ends that some readers honour (VT, FF, NEL, U+2028, U+2029), the controls that terminals obey (CVE-2003-0063 and
// kin), and the marks that turn the direction of text around (CVE-2021-42574).
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const spellOut = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that stays on its line and obeys nobody: controls and marks of direction become `\uXXXX`. */
export const printable = (text: string): string => text.replace(HOSTILE, spellOut);

/** One line of JSON: the same value when parsed, and one line for every reader. */
export const jsonLine = (value: unknown): string => JSON.stringify(value).replace(HOSTILE, spellOut);

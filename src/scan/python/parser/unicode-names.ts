import { brotliDecompressSync } from 'node:zlib';
import { NAMES_TABLE } from './unicode-names-table.ts';

// Characters whose names are their code points, behind these words.
const DERIVED: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'CJK UNIFIED IDEOGRAPH-': [
    [0x3400, 0x4dbf],
    [0x4e00, 0x9fff],
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b739],
    [0x2b740, 0x2b81d],
    [0x2b820, 0x2cea1],
    [0x2ceb0, 0x2ebe0],
    [0x2ebf0, 0x2ee5d],
    [0x30000, 0x3134a],
    [0x31350, 0x323af],
  ],
  'CJK COMPATIBILITY IDEOGRAPH-': [
    [0xf900, 0xfa6d],
    [0xfa70, 0xfad9],
    [0x2f800, 0x2fa1d],
  ],
  'EGYPTIAN HIEROGLYPH-': [[0x13460, 0x143fa]],
  'KHITAN SMALL SCRIPT CHARACTER-': [
    [0x18b00, 0x18cd5],
    [0x18cff, 0x18cff],
  ],
  'NUSHU CHARACTER-': [[0x1b170, 0x1b2fb]],
};

// The Hangul syllables are named after their parts (Unicode, section 3.12).
const HANGUL = 'HANGUL SYLLABLE ';
const FIRST_SYLLABLE = 0xac00;
const LEADS = 'G GG N D DD R M B BB S SS  J JJ C K T P H'.split(' ');
const VOWELS = 'A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I'.split(' ');
const TAILS = ' G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H'.split(' ');

let names: Map<string, number> | null = null;

/**
 * The table as text: a line for each character, in their order, with how many code points it skips if any; then an
 * empty line; then a line for each alias, with its code point.
 */
export const tableText = (): string =>
  brotliDecompressSync(Buffer.from(NAMES_TABLE, 'base64')).toString('latin1');

const readTable = (): Map<string, number> => {
  const found = new Map<string, number>();
  const [characters = '', aliases = ''] = tableText().split('\n\n');
  let code = -1;
  for (const line of characters.split('\n')) {
    const mark = line.indexOf(';');
    code += 1 + (mark < 0 ? 0 : Number.parseInt(line.slice(0, mark), 16));
    found.set(line.slice(mark + 1), code);
  }
  for (const line of aliases.split('\n')) {
    const mark = line.indexOf(' ');
    found.set(line.slice(mark + 1), Number.parseInt(line.slice(0, mark), 16));
  }
  return found;
};

const derived = (name: string): number | null => {
  const dash = name.lastIndexOf('-') + 1;
  const digits = name.slice(dash);
  if (!/^[0-9A-F]{4,5}$/.test(digits)) return null;
  const code = Number.parseInt(digits, 16);
  const ranges = DERIVED[name.slice(0, dash)] ?? [];
  return ranges.some(([first, last]) => code >= first && code <= last) ? code : null;
};

const syllable = (name: string): number | null => {
  const parts = /^([BCDGHJKMNPRST]*)([AEIOUWY]+)([A-Z]*)$/.exec(name);
  if (parts === null) return null;
  const [lead, vowel, tail] = [
    LEADS.indexOf(parts[1] ?? ''),
    VOWELS.indexOf(parts[2] ?? ''),
    TAILS.indexOf(parts[3] ?? ''),
  ];
  if (lead < 0 || vowel < 0 || tail < 0) return null;
  return FIRST_SYLLABLE + (lead * VOWELS.length + vowel) * TAILS.length + tail;
};

/** The code point of a character by its name or an alias, as in `\N{…}`, or null if there is none. */
export const codePointNamed = (name: string): number | null => {
  if (name.startsWith(HANGUL)) return syllable(name.slice(HANGUL.length));
  names ??= readTable();
  return names.get(name.toUpperCase()) ?? derived(name);
};

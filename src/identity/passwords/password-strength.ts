import { commonRank, unmasked } from './password-text.ts';

// Longer passwords are judged by their beginning: the estimate can only rise from there.
const JUDGED = 128;
const LONGEST_WORD = 24;
const LONGEST_WALK = 26;
// An attacker also has to guess how the parts are put together.
const PER_PART = 0.3;

const WALKS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1234567890',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
  '741852963',
].flatMap((walk) => [walk, Array.from(walk).reverse().join('')]);

const walks = new Set<string>();
for (const walk of WALKS) {
  for (let start = 0; start < walk.length; start++) {
    for (let end = start + 4; end <= Math.min(walk.length, start + LONGEST_WALK); end++)
      walks.add(walk.slice(start, end));
  }
}

const log10 = Math.log10;

const perCharacter = (character: string): number => {
  if (/\d/.test(character)) return 1;
  return /[a-z]/i.test(character) ? 1.1 : 1.5;
};

const DATE = /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)?\d\d$/;

/** The spellings of a text that parts are looked up in, all of its length. */
interface Spellings {
  typed: string;
  lower: string;
  plain: string;
  backwards: string;
}

const partGuesses = (text: Spellings, start: number, end: number, own: ReadonlySet<string>): number => {
  const [lower, plain] = [text.lower.slice(start, end), text.plain.slice(start, end)];
  const length = end - start;
  if (own.has(lower) || own.has(plain)) return 1;
  let guesses = Number.POSITIVE_INFINITY;
  const { length: whole } = text.lower;
  const rank =
    commonRank(lower) ?? commonRank(plain) ?? commonRank(text.backwards.slice(whole - end, whole - start));
  if (rank !== undefined) {
    const variants =
      (text.typed.slice(start, end) === lower ? 0 : log10(4)) + (plain === lower ? 0 : log10(4));
    guesses = log10(rank + 1) + variants;
  }
  if (length >= 4 && walks.has(lower)) guesses = Math.min(guesses, 2 + log10(length));
  if (length === 4 && /^(?:19|20)\d\d$/.test(lower)) guesses = Math.min(guesses, log10(130));
  if ((length === 6 || length === 8) && DATE.test(lower)) guesses = Math.min(guesses, log10(366 * 130));
  return guesses;
};

/** For every end, where the run begins that has one step from each character to the next: `aaaa`, `abcd`, `9753`. */
const runStarts = (text: string): number[] => {
  const starts = [0, 0];
  for (let end = 2; end <= text.length; end++) {
    const step = text.charCodeAt(end - 1) - text.charCodeAt(end - 2);
    const goesOn = end > 2 && step === text.charCodeAt(end - 2) - text.charCodeAt(end - 3);
    starts.push(goesOn && Math.abs(step) <= 2 ? (starts[end - 1] ?? 0) : end - 2);
  }
  return starts;
};

/** The shortest text that `text` is made of by repetition; itself when there is none. */
export const repeatedUnit = (text: string): string => {
  // The second place where a text occurs in its own double is the length of its unit.
  const length = (text + text).indexOf(text, 1);
  return text.slice(0, length);
};

/**
 * Base-10 logarithm of the guesses an attacker needs who knows the common passwords, walks on keyboards, sequences, dates
 * and what the person is called. The cheapest way to put the password together from such parts counts.
 */
export const guessesLog10 = (password: string, own: ReadonlySet<string>): number => {
  const typed = password.slice(0, JUDGED);
  const unit = repeatedUnit(typed);
  if (unit.length < typed.length) return guessesLog10(unit, own) + log10(typed.length / unit.length);
  const folded = typed.toLowerCase();
  const lower = folded.length === typed.length ? folded : typed;
  const backwards = lower.split('').reverse().join('');
  const text = { typed, lower, plain: unmasked(lower), backwards };
  const runs = runStarts(lower);
  const cheapest: number[] = [0];
  for (let end = 1; end <= typed.length; end++) {
    let best = (cheapest[end - 1] ?? 0) + perCharacter(typed[end - 1] ?? '');
    const run = runs[end] ?? end;
    // Every beginning inside the run is one too: the whole of it is the cheapest.
    if (end - run >= 3) best = Math.min(best, (cheapest[run] ?? 0) + log10(30 * (end - run)) + PER_PART);
    for (let start = Math.max(0, end - LONGEST_WORD); start < end - 1; start++) {
      const before = cheapest[start] ?? 0;
      if (before + PER_PART >= best) continue;
      best = Math.min(best, before + partGuesses(text, start, end, own) + PER_PART);
    }
    cheapest.push(best);
  }
  return cheapest[typed.length] ?? 0;
};

/** 0 to 4: guessed online at once, guessed online, cracked in hours, cracked with an effort, out of reach. */
export const strengthOf = (guesses: number): 0 | 1 | 2 | 3 | 4 => {
  if (guesses < 4) return 0;
  if (guesses < 6) return 1;
  if (guesses < 8.5) return 2;
  return guesses < 12 ? 3 : 4;
};

import { commonRank, unmasked } from './password-text.ts';

// Longer passwords are judged by their beginning: the estimate can only rise from there.
const JUDGED = 128;
const LONGEST_WORD = 24;
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

const perCharacter = (character: string): number => {
  if (/\d/.test(character)) return 1;
  if (/[a-z]/i.test(character)) return 1.25;
  return 1.6;
};

const log10 = Math.log10;

const wordGuesses = (part: string, own: ReadonlySet<string>): number | undefined => {
  const lower = part.toLowerCase();
  const plain = unmasked(part);
  const backwards = Array.from(lower).reverse().join('');
  if (own.has(lower) || own.has(plain)) return 1;
  const rank = commonRank(lower) ?? commonRank(plain) ?? commonRank(backwards);
  if (rank === undefined) return undefined;
  const variants = (part === lower ? 0 : log10(4)) + (plain === lower ? 0 : log10(4));
  return log10(rank + 1) + variants;
};

const stepsOf = (part: string): Set<number> => {
  const steps = new Set<number>();
  for (let i = 1; i < part.length; i++) steps.add(part.charCodeAt(i) - part.charCodeAt(i - 1));
  return steps;
};

const patternGuesses = (part: string): number | undefined => {
  const length = part.length;
  if (length < 3) return undefined;
  const steps = stepsOf(part);
  const [step] = steps;
  if (steps.size === 1 && step !== undefined && Math.abs(step) <= 2) return log10(30) + log10(length);
  const lower = part.toLowerCase();
  if (length >= 4 && WALKS.some((walk) => walk.includes(lower))) return 2 + log10(length);
  if (/^(?:19|20)\d\d$/.test(part)) return log10(130);
  if (/^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)?\d\d$/.test(part)) return log10(366 * 130);
  return undefined;
};

/** The shortest text that `text` is made of by repetition; itself when there is none. */
export const repeatedUnit = (text: string): string => {
  // The second place where a text occurs in its own double is the length of its unit.
  const length = (text + text).indexOf(text, 1);
  return text.slice(0, length);
};

/**
 * Base-10 logarithm of the guesses an attacker needs who knows the common passwords, walks on keyboards, sequences, dates and
 * what the person is called. The cheapest way to put the password together from such parts counts.
 */
export const guessesLog10 = (password: string, own: ReadonlySet<string>): number => {
  const text = password.slice(0, JUDGED);
  const unit = repeatedUnit(text);
  if (unit.length < text.length) return guessesLog10(unit, own) + log10(text.length / unit.length);
  const cheapest: number[] = [0];
  for (let end = 1; end <= text.length; end++) {
    let best = (cheapest[end - 1] ?? 0) + perCharacter(text[end - 1] ?? '');
    for (let start = Math.max(0, end - LONGEST_WORD); start < end - 1; start++) {
      const part = text.slice(start, end);
      const guesses = Math.min(wordGuesses(part, own) ?? Infinity, patternGuesses(part) ?? Infinity);
      best = Math.min(best, (cheapest[start] ?? 0) + guesses + PER_PART);
    }
    cheapest.push(best);
  }
  return cheapest[text.length] ?? 0;
};

/** 0 to 4: guessed online at once, guessed online, cracked in hours, cracked with an effort, out of reach. */
export const strengthOf = (guesses: number): 0 | 1 | 2 | 3 | 4 => {
  if (guesses < 4) return 0;
  if (guesses < 6) return 1;
  if (guesses < 8.5) return 2;
  return guesses < 12 ? 3 : 4;
};

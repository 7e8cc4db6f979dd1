import { GatehouseError } from '../../core/index.ts';
import type { Settings } from '../settings.ts';
import type { PasswordJudgement, PasswordPolicy, PasswordProblem, PasswordSubject } from '../types.ts';
import { guessesLog10, repeatedUnit, strengthOf } from './password-strength.ts';
import { commonRank, unmasked, wordsOf } from './password-text.ts';

/** What is thrown where a caller cannot show problems one by one, such as the command line. */
export class PasswordRefused extends GatehouseError {
  readonly problems: readonly PasswordProblem[];

  constructor(problems: readonly PasswordProblem[]) {
    super('password-refused', problems.map(({ says }) => says).join(' '), {
      exposable: true,
      remedy: 'Choose another password: a few words that nobody would put together are easy to keep.',
    });
    this.problems = problems;
  }
}

// Fewer guesses than an online attacker gets in a year under the regulation's slowest pace, with a margin.
const TOO_EASY = 5;
const SIMILAR = 0.7;

/** Shared characters by count, as difflib's quick_ratio: 1 for anagrams, 0 for nothing in common. */
const overlap = (a: string, b: string): number => {
  const counts = new Map<string, number>();
  for (const character of b) counts.set(character, (counts.get(character) ?? 0) + 1);
  let shared = 0;
  for (const character of a) {
    const left = counts.get(character) ?? 0;
    if (left > 0) shared++;
    counts.set(character, left - 1);
  }
  return (2 * shared) / (a.length + b.length);
};

const resembles = (password: string, text: string): boolean => {
  const lower = password.toLowerCase();
  const plain = unmasked(password);
  return wordsOf(text).some((word) => {
    if (overlap(lower, word) >= SIMILAR) return true;
    const long = word.length >= 4 && word.length >= password.length / 3;
    return long && (lower.includes(word) || plain.includes(unmasked(word)));
  });
};

const SIMILAR_TO = { name: 'account name', displayName: 'name', email: 'e-mail address' } as const;

const similarities = (password: string, subject: PasswordSubject): PasswordProblem[] =>
  (['name', 'displayName', 'email'] as const)
    .filter((field) => resembles(password, subject[field] ?? ''))
    .map((to) => ({ kind: 'similar', to, says: `It is too similar to your ${SIMILAR_TO[to]}.` }));

const isCommon = (password: string): boolean => {
  const lower = password.toLowerCase();
  // `Password2024!` is `password` to every cracking tool.
  const bare = lower.replace(/[\d\W_]{1,12}$/, '');
  return [lower, unmasked(password), bare, unmasked(bare)].some(
    (form) => form.length >= 4 && form.length >= lower.length - 6 && commonRank(form) !== undefined,
  );
};

const CLASSES = [
  { class: 'lower', pattern: /\p{Ll}/u, says: 'It needs a small letter.' },
  { class: 'upper', pattern: /\p{Lu}/u, says: 'It needs a capital letter.' },
  { class: 'digit', pattern: /\p{Nd}/u, says: 'It needs a digit.' },
  { class: 'symbol', pattern: /[^\p{L}\p{N}\s]/u, says: 'It needs a sign such as ! or %.' },
] as const;

const lengthProblems = (length: number, minimum: number, maximum: number): PasswordProblem[] => {
  if (length < minimum) {
    const says = `It has ${length} characters; at least ${minimum} are needed.`;
    return [{ kind: 'too-short', minimum, length, says }];
  }
  if (length > maximum) {
    const says = `It has ${length} characters; at most ${maximum} are allowed.`;
    return [{ kind: 'too-long', maximum, length, says }];
  }
  return [];
};

/**
 * SP 800-63B-4, 3.1.1.2: length, a list of common passwords, nothing of the person's own; no composition rules. The
 * `classic` profile adds character classes.
 */
export const passwordPolicy = (settings: Settings['passwords']): PasswordPolicy => {
  const { minimum, maximum, profile } = settings;

  const judge = (password: string, subject: PasswordSubject): PasswordJudgement => {
    if (!password.isWellFormed() || password.includes('\0')) {
      const says = 'It holds characters that cannot be typed again reliably.';
      return { problems: [{ kind: 'invalid-text', says }], strength: 0, guessesLog10: 0 };
    }
    // Characters are code points of the normalised text (SP 800-63B-4: "each Unicode code point SHALL be counted").
    const text = password.slice(0, 4 * maximum).normalize('NFKC');
    const length = Array.from(text).length;
    const problems = lengthProblems(length, minimum, maximum);
    // Nothing else is looked at in what is too long: a megabyte must not cost a comparison.
    if (password.length > 4 * maximum || length > maximum) return { problems, strength: 0, guessesLog10: 0 };

    const own = new Set([subject.name, subject.displayName ?? '', subject.email ?? ''].flatMap(wordsOf));
    const guesses = guessesLog10(text, own);
    if (/^\p{Nd}+$/u.test(text)) problems.push({ kind: 'numeric', says: 'It has nothing but digits.' });
    const repeats = repeatedUnit(text.toLowerCase()).length <= text.length / 3 || new Set(text).size < 4;
    if (repeats) problems.push({ kind: 'repetitive', says: 'It repeats itself.' });
    if (isCommon(text) || guesses < TOO_EASY) {
      problems.push({ kind: 'common', says: 'It is among the first that an attacker tries.' });
    }
    problems.push(...similarities(text, subject));
    if (profile === 'classic') {
      for (const { class: name, pattern, says } of CLASSES) {
        if (!pattern.test(text)) problems.push({ kind: 'class-missing', class: name, says });
      }
    }
    return { problems, strength: strengthOf(guesses), guessesLog10: guesses };
  };

  return { judge, limits: { minimum, maximum } };
};

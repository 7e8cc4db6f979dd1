import { COMMON_PASSWORDS } from './common-passwords.ts';

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

/** `P4$$w0rd` as `password`: lower case, digits and signs that stand for letters replaced. Keeps the length. */
export const unmasked = (text: string): string =>
  text.toLowerCase().replace(/[0134578@$!|9]/g, (character) => LOOKALIKES[character] ?? character);

const ranks = new Map<string, number>();
for (const [index, password] of COMMON_PASSWORDS.entries()) {
  ranks.set(password, index + 1);
  const plain = unmasked(password);
  if (!ranks.has(plain)) ranks.set(plain, index + 1);
}

/** Place among the common passwords, 1 for the most common one; undefined when it is not one of them. */
export const commonRank = (text: string): number | undefined => ranks.get(text);

/** Words in what somebody is called: `ana.gomez@example.com` gives itself, `ana`, `gomez`, `example`. */
export const wordsOf = (text: string): readonly string[] => {
  const whole = text.normalize('NFKC').toLowerCase();
  const parts = whole.split(/[^\p{L}\p{N}]+/u).filter((part) => part.length >= 3);
  return [...new Set([whole, ...parts])].filter((word) => word !== '').slice(0, 16);
};

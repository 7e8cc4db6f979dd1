import { GatehouseError } from '../../core/index.ts';

const LONGEST_INPUT = 256;

/**
 * One form for every spelling of an account name: NFKC, no white space around it, lower case. Total: anything has
 * one, whether or not it may be a name, so that guesses at impossible names are counted like all others.
 */
export const canonicalName = (text: string): string =>
  text.slice(0, LONGEST_INPUT).toWellFormed().normalize('NFKC').trim().toLowerCase().normalize('NFKC');

// ASCII only (UTS 39, 5.2 "ASCII-only" restriction level): no other alphabet, so no two names that look alike because
// of one. Display names may hold anything.
const NAME = /^[a-z0-9](?:[a-z0-9._@+-]{0,126}[a-z0-9])?$/;

/** Whether a canonical form may be the name of an account. */
export const isAccountName = (canonical: string): boolean => NAME.test(canonical);

/**
 * The canonical form of a new account's name.
 * @throws {GatehouseError} `name-invalid`.
 */
export const newAccountName = (text: string): string => {
  const name = canonicalName(text);
  if (text.length <= LONGEST_INPUT && isAccountName(name)) return name;
  throw new GatehouseError('name-invalid', 'this cannot be an account name', {
    exposable: true,
    remedy:
      'Use letters a to z, digits and . _ - + @, beginning and ending with a letter or digit, at most 128 ' +
      'characters. The display name may hold anything.',
  });
};

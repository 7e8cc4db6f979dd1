import { newId } from '../../core/index.ts';

/** A password to be read out once: four groups of five, 100 bits, no letters that look or sound alike. */
export const temporaryPassword = (): string => {
  const text = newId('').slice(1);
  return [0, 5, 10, 15].map((start) => text.slice(start, start + 5)).join('-');
};

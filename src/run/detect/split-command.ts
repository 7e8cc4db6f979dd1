import { GatehouseError } from '../../core/index.ts';

const refuse = (text: string, why: string): never => {
  throw new GatehouseError('usage', `the command "${text}" ${why}`, {
    remedy: "Write it as in a terminal, or as a list of words: ['streamlit', 'run', 'my app.py'].",
  });
};

/**
 * The words of a command written as one text: split at white space, with '…', "…" and \ as a POSIX shell reads them.
 * No shell is asked: variables, pipes and globs stay as they are written.
 * @throws {GatehouseError} `usage` when a quote is not closed or no word is there.
 */
export const splitCommand = (text: string): string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quote === "'") {
      if (char === quote) quote = undefined;
      else word += char;
    } else if (char === '\\' && (quote === undefined || '"\\$`'.includes(text[i + 1] ?? ' '))) {
      if (++i === text.length) refuse(text, 'ends in a lone backslash');
      word = (word ?? '') + text[i];
    } else if (quote === '"') {
      if (char === quote) quote = undefined;
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) refuse(text, `has a ${quote} that is not closed`);
  if (word !== undefined) words.push(word);
  return words.length > 0 ? words : refuse(text, 'has no word in it');
};

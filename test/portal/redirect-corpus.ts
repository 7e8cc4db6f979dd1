import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Where the corpus of spellings lies that a return after sign-in is tried with, also in a browser. */
export const REDIRECT_CORPUS = new URL('./redirects.txt', import.meta.url);

export interface RedirectCase {
  spelling: string;
  /** Kept as a path of the app's own origin, or refused (then the app's front page is shown). */
  verdict: 'stays' | 'refuse';
}

const CASE = z.tuple([z.enum(['stays', 'refuse']), z.string()]);

/** The spellings of the corpus in the order of the file. */
export const readRedirectCorpus = (): RedirectCase[] =>
  readFileSync(REDIRECT_CORPUS, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const space = line.indexOf(' ');
      const [verdict, spelling] = CASE.parse([line.slice(0, space), JSON.parse(line.slice(space + 1))]);
      return { verdict, spelling };
    });

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CASES = join(import.meta.dirname, 'cases');
const SEPARATOR = '\n###\n';

// Characters that editors and Git would change stand in the files as the pictures that Unicode has of them.
const PICTURES: Readonly<Record<string, string>> = { '␍': '\r', '␌': '\f', '␀': '\0' };

/** One of our own edge cases: the name of its file with its number there, and the text. */
export interface Snippet {
  name: string;
  text: string;
}

/** All of the edge cases in `cases/`. */
export const readSnippets = (): Snippet[] =>
  readdirSync(CASES).flatMap((file) =>
    readFileSync(join(CASES, file), 'utf8')
      .replace(/\n$/, '')
      .split(SEPARATOR)
      .map((text, at) => ({
        name: `${file} ${at + 1}`,
        text: text.replace(/[␍␌␀]/g, (picture) => PICTURES[picture] ?? picture),
      })),
  );

import { styleText } from 'node:util';

/** Longest piece of a line that is shown, in characters. */
const WIDTH = 110;

/** Control characters of the file must not reach the terminal as such. */
const printable = (text: string): string => text.replaceAll('\t', ' ').replaceAll(/\p{Cc}/gu, '\u{fffd}');

/** The line of a text with the one before it and a mark under the column; empty where the text has no such line. */
export const codeFrame = (text: string, line: number, column: number): string => {
  const lines = text.split(/\r?\n/);
  const width = String(line).length;
  const gutter = (number: number | undefined) =>
    styleText('dim', `  ${String(number ?? '').padStart(width)} | `);
  const start = Math.max(0, column - WIDTH);
  const show = (number: number): string | undefined => {
    const content = lines[number - 1];
    return content === undefined
      ? undefined
      : `${gutter(number)}${printable(content.slice(start, start + WIDTH))}`;
  };
  const marked = show(line);
  if (marked === undefined) return '';
  const before = line > 1 ? [show(line - 1)] : [];
  const mark = `${gutter(undefined)}${' '.repeat(column - 1 - start)}${styleText('red', '^')}`;
  return [...before, marked, mark].join('\n');
};

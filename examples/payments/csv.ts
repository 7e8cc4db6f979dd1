/** Most rows of one file, so that a huge one cannot stall the dashboard for everybody. */
export const MOST_ROWS = 20_000;

/** What is wrong with a file, said so that its owner can mend it. */
export class CsvFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'CsvFault';
    this.line = line;
  }
}

const separatorOf = (text: string): string => {
  const head = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'));
  const count = (mark: string): number => head.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
};

/**
 * The rows of a comma, semicolon or tab separated text (RFC 4180), each with the line it begins on.
 * @throws {CsvFault} for an open quote, a quote inside a bare field, or too many rows.
 */
export const parseCsv = (source: string): { line: number; cells: string[] }[] => {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const separator = separatorOf(text);
  const rows: { line: number; cells: string[] }[] = [];
  let [line, begins, cell, quoted, wasQuoted] = [1, 1, '', false, false];
  let cells: string[] = [];
  const endCell = (): void => {
    cells.push(wasQuoted ? cell : cell.trim());
    [cell, wasQuoted] = ['', false];
  };
  const endRow = (): void => {
    endCell();
    if (cells.some((value) => value !== '')) rows.push({ line: begins, cells });
    if (rows.length > MOST_ROWS) throw new CsvFault(begins, `the file has more than ${MOST_ROWS} rows`);
    cells = [];
  };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quoted) {
      if (char === '"' && text.charAt(i + 1) === '"') {
        cell += '"';
        i++;
      } else if (char === '"') quoted = false;
      else {
        if (char === '\n') line++;
        cell += char;
      }
    } else if (char === '"') {
      if (cell.trim() !== '' || wasQuoted)
        throw new CsvFault(line, 'a quote stands in the middle of a field');
      [cell, quoted, wasQuoted] = ['', true, true];
    } else if (char === separator) endCell();
    else if (char === '\n') {
      endRow();
      begins = ++line;
    } else if (wasQuoted && char.trim() !== '') throw new CsvFault(line, 'text follows a closing quote');
    else if (!wasQuoted) cell += char;
  }
  if (quoted) throw new CsvFault(begins, 'a quote is never closed');
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
};

/** One line of comma separated text; what a spreadsheet would run as a formula is disarmed with an apostrophe. */
export const csvLine = (cells: readonly (string | number)[]): string =>
  `${cells
    .map((value) => {
      const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
      return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    })
    .join(',')}\n`;

/** One record of a CSV file, and the line that it begins in (1 for the first). */
export interface CsvRecord {
  line: number;
  cells: readonly string[];
  /** Why it cannot be read; nothing follows then, since quotes no longer tell where records begin. */
  fault?: string;
}

/** Reads CSV (RFC 4180): commas, quotes doubled within quotes, any line end; empty lines are left out. */
export const readCsv = (text: string): readonly CsvRecord[] => {
  const records: CsvRecord[] = [];
  let [at, line] = [text.startsWith('\uFEFF') ? 1 : 0, 1];

  const quoted = (): string | undefined => {
    let cell = '';
    for (at++; at < text.length; at++) {
      const character = text[at];
      if (character === '"') {
        if (text[at + 1] !== '"') {
          at++;
          return cell;
        }
        at++;
      } else if (character === '\n') line++;
      cell += character;
    }
    return undefined;
  };

  const plain = (): string => {
    const from = at;
    while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++;
    return text.slice(from, at);
  };

  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    for (;;) {
      const cell = text[at] === '"' ? quoted() : plain();
      if (cell === undefined) {
        return [...records, { line: begin, cells, fault: 'a quote is opened here and never closed' }];
      }
      cells.push(cell);
      if (text[at] !== ',') break;
      at++;
    }
    if (at < text.length && text[at] !== '\n' && text[at] !== '\r') {
      return [...records, { line: begin, cells, fault: 'text stands behind a closing quote' }];
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: begin, cells });
  }
  return records;
};

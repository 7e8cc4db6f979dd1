import { StringDecoder } from 'node:string_decoder';

/** Longest line in characters; the rest of a longer one comes as further lines, so that none fills the memory. */
const LONGEST = 16_384;

// Colours (ECMA-48 SGR) and tabs pass. Other control characters could move the cursor over what Gatehouse wrote or
// reprogram the terminal, and apps log what visitors send them.
const clean = (line: string): string =>
  line
    .replace(/\x1b\[[0-9;:]{0,64}m/g, (colour) => colour.replace('\x1b', '\ue000'))
    .replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '')
    .replaceAll('\ue000', '\x1b');

/** Splits the output of a program into lines; bytes that are not UTF-8 become U+FFFD. */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(chunk: Uint8Array): void {
    this.#rest += this.#decoder.write(chunk);
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
    while (this.#rest.length > LONGEST) {
      this.#onLine(clean(this.#rest.slice(0, LONGEST)));
      this.#rest = this.#rest.slice(LONGEST);
    }
  }

  end(): void {
    this.#rest += this.#decoder.end();
    if (this.#rest !== '') this.#emit(this.#rest);
    this.#rest = '';
  }

  #emit(line: string): void {
    // A progress bar rewrites its line with carriage returns: its last state is what counts.
    const text = line.replace(/\r+$/, '');
    const last = text.slice(text.lastIndexOf('\r') + 1);
    for (let i = 0; i === 0 || i < last.length; i += LONGEST) this.#onLine(clean(last.slice(i, i + LONGEST)));
  }
}

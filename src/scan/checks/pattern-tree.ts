/** A regular expression of Python, as far as it matters for the time that a match takes. */
export type Piece =
  /** One character; `chars` has a bit for each sample that it can be. */
  | { readonly kind: 'char'; readonly chars: number }
  | { readonly kind: 'sequence'; readonly parts: readonly Piece[] }
  | { readonly kind: 'choice'; readonly parts: readonly Piece[] }
  | { readonly kind: 'loop'; readonly body: Piece; readonly least: number; readonly most: number }
  /** What was matched is never given back: `(?>…)`, `a++`. */
  | { readonly kind: 'atomic'; readonly body: Piece }
  /** `$`, `\b`, a look ahead: takes nothing, and may fail. */
  | { readonly kind: 'assertion' };

const LONGEST = 2000;
const DEEPEST = 30;
const MOST_SAMPLES = 31;
const EVERYDAY = [...'aZ5_ .-/@,:;"\'\n\té'];

const HEAD = /^\((?:\?(?:P<\w{1,60}>|>|:|=|!|<=|<!|[aiLmsux]{0,8}(?:-[ims]{1,4})?:|[aiLmsux]{1,8}\)))?/;
const QUANTIFIER = /^(?:([*+?])|\{(\d{0,5})(?:(,)(\d{0,5}))?\})([?+]?)/;

class Unreadable extends Error {}

/** Reads `pattern` once, left to right; null when it is too long or cannot be read. */
export const readPattern = (pattern: string): Piece | null => {
  if (pattern.length > LONGEST) return null;
  try {
    return new Reader(pattern).whole();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
};

class Reader {
  readonly #text: string;
  readonly #samples: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#samples = [...new Set([...text, ...EVERYDAY])].slice(-MOST_SAMPLES);
  }

  whole(): Piece {
    const out = this.#choice(0);
    if (this.#at < this.#text.length) throw new Unreadable();
    return out;
  }

  #choice(depth: number): Piece {
    if (depth > DEEPEST) throw new Unreadable();
    const parts = [this.#sequence(depth)];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
  }

  #sequence(depth: number): Piece {
    const parts: Piece[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text[this.#at] ?? '')) {
      let piece = this.#atom(depth);
      for (let times = this.#quantifier(); times !== null; times = this.#quantifier()) {
        const { least, most, atomic } = times;
        piece = { kind: 'loop', body: piece, least, most };
        if (atomic) piece = { kind: 'atomic', body: piece };
      }
      parts.push(piece);
    }
    return { kind: 'sequence', parts };
  }

  #quantifier(): { least: number; most: number; atomic: boolean } | null {
    const found = QUANTIFIER.exec(this.#text.slice(this.#at, this.#at + 16));
    if (found === null || /^\{,?\}/.test(found[0])) return null;
    this.#at += found[0].length;
    const [, sign, from = '', comma, to = '', mode] = found;
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const most =
      sign === undefined
        ? comma === undefined
          ? least
          : to === ''
            ? Number.POSITIVE_INFINITY
            : Number(to)
        : sign === '?'
          ? 1
          : Number.POSITIVE_INFINITY;
    return { least, most, atomic: mode === '+' };
  }

  #atom(depth: number): Piece {
    const char = this.#text[this.#at] ?? '';
    if (char === '(') return this.#group(depth);
    if (char === '[') {
      const end = /^\[\^?\]?(?:[^\]\\]|\\.)*\]/s.exec(this.#text.slice(this.#at))?.[0].length;
      if (end === undefined) throw new Unreadable();
      return this.#char(end);
    }
    if (char === '^' || char === '$') {
      this.#at++;
      return char === '^' ? { kind: 'sequence', parts: [] } : { kind: 'assertion' };
    }
    if (char !== '\\') return this.#char(1);
    if (/[AbBZz]/.test(this.#text[this.#at + 1] ?? '')) {
      this.#at += 2;
      return this.#text[this.#at - 1] === 'A' ? { kind: 'sequence', parts: [] } : { kind: 'assertion' };
    }
    return this.#char(2);
  }

  #group(depth: number): Piece {
    const head = HEAD.exec(this.#text.slice(this.#at, this.#at + 80))?.[0] ?? '(';
    // A condition, a comment, a reference to another group.
    if (head === '(' && this.#text[this.#at + 1] === '?') throw new Unreadable();
    this.#at += head.length;
    if (head.endsWith(')')) return { kind: 'sequence', parts: [] };
    const body = this.#choice(depth + 1);
    if (this.#text[this.#at] !== ')') throw new Unreadable();
    this.#at++;
    if (/^\(\?<?[=!]/.test(head)) return { kind: 'assertion' };
    return head === '(?>' ? { kind: 'atomic', body } : body;
  }

  #char(length: number): Piece {
    const source = this.#text.slice(this.#at, this.#at + length).replace(/^[{}\]/]$/, '\\$&');
    this.#at += length;
    let one: RegExp;
    try {
      one = new RegExp(`^${source}$`);
    } catch {
      throw new Unreadable();
    }
    return {
      kind: 'char',
      chars: this.#samples.reduce((all, sample, i) => (one.test(sample) ? all | (1 << i) : all), 0),
    };
  }
}

/** A piece of a regular expression: what it can begin with, whether it can be empty, whether it repeats without bound. */
interface Part {
  /** Sample characters that it can match first; null: nearly any. */
  chars: Set<string> | null;
  nullable: boolean;
  unbounded: boolean;
}

const SAMPLES = [...'aZ5_ .-/@'];
const LONGEST = 2000;

const matching = (source: string): Set<string> | null => {
  try {
    const one = new RegExp(`^(?:${source})$`, 'su');
    const out = new Set(SAMPLES.filter((char) => one.test(char)));
    return out.size > SAMPLES.length - 2 ? null : out;
  } catch {
    return new Set();
  }
};

const meets = (a: Set<string> | null, b: Set<string> | null): boolean =>
  a === null ? b === null || b.size > 0 : b === null ? a.size > 0 : [...a].some((char) => b.has(char));

/**
 * Whether a pattern can take exponential time: a repetition without bound stands inside another one with nothing between
 * them that must match, or two choices inside a repetition match the same text. Reads the pattern once, left to right;
 * patterns over 2,000 characters and what it cannot read count as harmless.
 */
export const isSlowPattern = (pattern: string): boolean => {
  if (pattern.length > LONGEST) return false;
  let at = 0;
  let slow = false;

  const quantifier = (): { least: number; unbounded: boolean } | null => {
    const match = /^(?:[*+?]|\{(\d{0,4})(,?)(\d{0,4})\})[?+]?/.exec(pattern.slice(at, at + 16));
    if (match === null) return null;
    at += match[0].length;
    const [sign] = match[0];
    if (sign === '{') {
      const least = Number(match[1] ?? 0);
      return { least, unbounded: match[2] === ',' && match[3] === '' };
    }
    return { least: sign === '+' ? 1 : 0, unbounded: sign !== '?' };
  };

  const atom = (depth: number): (Part & { ambiguous: boolean }) | null => {
    const char = pattern[at] ?? '';
    if (char === '(') {
      const head = /^\((?:\?(?:P<\w{1,60}>|<\w{1,60}>|:|=|!|<=|<!|[aiLmsux-]{1,8}:))?/.exec(
        pattern.slice(at),
      );
      at += head?.[0].length ?? 1;
      const inner = choices(depth + 1);
      at++;
      const around = /^\(\?(=|!|<)/.test(head?.[0] ?? '') && !/<\w/.test(head?.[0] ?? '');
      return around ? { chars: new Set(), nullable: true, unbounded: false, ambiguous: false } : inner;
    }
    if (char === '[') {
      const end = pattern.indexOf(']', pattern[at + 1] === '^' ? at + 3 : at + 2);
      if (end < 0) return null;
      const source = pattern.slice(at, end + 1);
      at = end + 1;
      return { chars: matching(source), nullable: false, unbounded: false, ambiguous: false };
    }
    if (char === '^' || char === '$') {
      at++;
      return { chars: new Set(), nullable: true, unbounded: false, ambiguous: false };
    }
    const source = char === '\\' ? pattern.slice(at, at + 2) : char;
    at += source.length;
    if (/^\\[bBAZz]$/.test(source))
      return { chars: new Set(), nullable: true, unbounded: false, ambiguous: false };
    const literal = /^[{}\]/-]$/.test(source) ? `\\${source}` : source;
    return { chars: matching(literal), nullable: false, unbounded: false, ambiguous: false };
  };

  const sequence = (depth: number): Part & { ambiguous: boolean } => {
    const parts: Part[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const one = atom(depth);
      if (one === null) {
        at = pattern.length;
        break;
      }
      const times = quantifier();
      if (times?.unbounded === true && one.ambiguous) slow = true;
      parts.push({
        chars: one.chars,
        nullable: one.nullable || times?.least === 0,
        unbounded: times?.unbounded === true || (one.unbounded && times === null),
      });
    }
    const must = parts.filter(({ nullable }) => !nullable);
    // Repeated, such a sequence can share out the same text in many ways.
    const ambiguous = parts.some(
      (part) =>
        part.unbounded &&
        must.every((other) => other === part || other.chars === null) &&
        meets(part.chars, part.chars),
    );
    const first = must[0] ?? parts[0];
    return {
      chars: first === undefined ? new Set() : first.chars,
      nullable: must.length === 0,
      unbounded: parts.length === 1 && parts[0]?.unbounded === true,
      ambiguous,
    };
  };

  const choices = (depth: number): Part & { ambiguous: boolean } => {
    if (depth > 30) {
      at = pattern.length;
      return { chars: new Set(), nullable: true, unbounded: false, ambiguous: false };
    }
    const all: { part: Part & { ambiguous: boolean }; text: string }[] = [];
    for (;;) {
      const start = at;
      const part = sequence(depth);
      all.push({ part, text: pattern.slice(start, at) });
      if (pattern[at] !== '|') break;
      at++;
    }
    const alike = all.some(({ part, text }, i) =>
      all
        .slice(i + 1)
        .some((other) => short(text) && short(other.text) && meets(part.chars, other.part.chars)),
    );
    const chars = all.some(({ part }) => part.chars === null)
      ? null
      : new Set(all.flatMap(({ part }) => [...(part.chars ?? [])]));
    return {
      chars,
      nullable: all.some(({ part }) => part.nullable),
      unbounded: all.some(({ part }) => part.unbounded),
      ambiguous: alike || all.some(({ part }) => part.ambiguous),
    };
  };

  while (at < pattern.length && !slow) {
    choices(0);
    at++;
  }
  return slow;
};

/** One character or class, perhaps repeated: two of them that meet match the same texts. */
const short = (text: string): boolean => /^(\\?.|\[[^\]]{1,60}\])[*+]?$/s.test(text);

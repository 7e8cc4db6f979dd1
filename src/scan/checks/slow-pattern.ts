import { type Piece, readPattern } from './pattern-tree.ts';

/** More rounds than this are as bad as rounds without end. */
const MANY = 10;
const MOST_PLACES = 120;
/** A pattern that needs more to be judged counts as harmless. */
const MOST_STEPS = 1_000_000;

/**
 * Whether a match of `pattern` can take exponential time: in a repetition without bound the same text can be shared out
 * in two ways, and what follows may fail, so that all the ways are tried. `whole` says that the match has to reach the
 * end. What is too long or cannot be read counts as harmless.
 */
export const isSlowPattern = (pattern: string, whole = false): boolean => {
  const known = judged.get(pattern);
  if (known !== undefined && !whole) return known;
  const piece = readPattern(pattern);
  const slow = piece !== null && hasSlowLoop(piece, whole);
  if (!whole && judged.size < 10_000) judged.set(pattern, slow);
  return slow;
};
const judged = new Map<string, boolean>();

const isEndless = ({ least, most, body }: Extract<Piece, { kind: 'loop' }>): boolean =>
  most === Number.POSITIVE_INFINITY || (most >= MANY && (least < most || hasLoop(body)));

const hasLoop = (piece: Piece): boolean =>
  piece.kind === 'loop'
    ? isEndless(piece) || hasLoop(piece.body)
    : piece.kind === 'sequence' || piece.kind === 'choice'
      ? piece.parts.some(hasLoop)
      : piece.kind === 'atomic' && hasLoop(piece.body);

/** Whether something in `piece` must match or may fail. */
const demands = (piece: Piece): boolean => {
  switch (piece.kind) {
    case 'char':
    case 'assertion':
      return true;
    case 'sequence':
      return piece.parts.some(demands);
    case 'choice':
      return piece.parts.every(demands);
    case 'loop':
      return piece.least > 0 && demands(piece.body);
    case 'atomic':
      return demands(piece.body);
  }
};

/** Looks for loops that are ambiguous; `after` says whether what comes after `piece` may fail. */
const hasSlowLoop = (piece: Piece, after: boolean): boolean => {
  switch (piece.kind) {
    case 'sequence':
      return piece.parts.some((part, i) =>
        hasSlowLoop(part, after || piece.parts.slice(i + 1).some(demands)),
      );
    case 'choice':
      return piece.parts.some((part) => hasSlowLoop(part, after));
    case 'loop':
      return (
        (isEndless(piece) && (after || piece.least >= MANY) && new Ways().isAmbiguous(piece)) ||
        hasSlowLoop(piece.body, after)
      );
    default:
      return false;
  }
};

interface Ends {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}
const NOTHING: Ends = { first: [], last: [], nullable: true };

/** The automaton of a loop: its places are the characters of the pattern, and each knows in how many ways others follow it. */
class Ways {
  readonly #chars: number[] = [];
  readonly #follow: Map<number, number>[] = [];
  #twice = false;

  isAmbiguous(loop: Extract<Piece, { kind: 'loop' }>): boolean {
    if (loop.body.kind === 'char') return false;
    this.#ends(loop, true);
    if (this.#chars.length > MOST_PLACES) return false;
    return this.#twice || this.#meetsAgain();
  }

  #ends(piece: Piece, inside: boolean): Ends {
    switch (piece.kind) {
      case 'char': {
        const at = this.#chars.push(piece.chars) - 1;
        this.#follow.push(new Map());
        return { first: [at], last: [at], nullable: false };
      }
      case 'assertion':
        return NOTHING;
      case 'sequence':
        return piece.parts.reduce<Ends>((before, part) => {
          const next = this.#ends(part, inside);
          this.#link(before.last, next.first);
          return {
            first: before.nullable ? [...before.first, ...next.first] : before.first,
            last: next.nullable ? [...before.last, ...next.last] : next.last,
            nullable: before.nullable && next.nullable,
          };
        }, NOTHING);
      case 'choice': {
        const all = piece.parts.map((part) => this.#ends(part, inside));
        return {
          first: all.flatMap(({ first }) => first),
          last: all.flatMap(({ last }) => last),
          nullable: all.some(({ nullable }) => nullable),
        };
      }
      case 'loop': {
        const body = this.#ends(piece.body, inside);
        // A fixed number of rounds can be counted in one way only.
        if (inside && (isEndless(piece) || (piece.least < piece.most && piece.most > 1)))
          this.#link(body.last, body.first);
        return { ...body, nullable: body.nullable || piece.least === 0 };
      }
      case 'atomic':
        return this.#ends(piece.body, false);
    }
  }

  #link(from: readonly number[], to: readonly number[]): void {
    for (const at of from) {
      const follow = this.#follow[at];
      for (const next of to) {
        const times = (follow?.get(next) ?? 0) + 1;
        follow?.set(next, times);
        // Within a loop every place leads back to itself: two ways between two of them are two ways around.
        if (times > 1 && this.#chars[at] !== 0 && this.#chars[next] !== 0) this.#twice = true;
      }
    }
  }

  /** Whether two walks over the same text can leave one place, part, and meet again in one. */
  #meetsAgain(): boolean {
    const size = this.#chars.length;
    const before = new Map<number, number[]>();
    const together = Array.from({ length: size }, (_, at) => at * size + at);
    let steps = 0;
    const reached = new Set(together);
    // A set is walked through to its end, also through what is added meanwhile.
    for (const pair of reached) {
      const also = [...(this.#follow[pair % size]?.keys() ?? [])];
      for (const a of this.#follow[Math.floor(pair / size)]?.keys() ?? []) {
        steps += also.length;
        if (steps > MOST_STEPS) return false;
        for (const b of also) {
          if (((this.#chars[a] ?? 0) & (this.#chars[b] ?? 0)) === 0) continue;
          const next = a * size + b;
          // Most that part meet at the very next place.
          if (a !== b && !reached.has(next) && this.#meetNext(a, b)) return true;
          reached.add(next);
          const known = before.get(next);
          if (known === undefined) before.set(next, [pair]);
          else known.push(pair);
        }
      }
    }
    // Within the loop every place leads to every other, so it does not matter in which one they meet.
    const meeting = new Set(together);
    for (const pair of meeting) for (const each of before.get(pair) ?? []) meeting.add(each);
    return [...reached].some((pair) => Math.floor(pair / size) !== pair % size && meeting.has(pair));
  }

  #meetNext(a: number, b: number): boolean {
    const other = this.#follow[b];
    return [...(this.#follow[a]?.keys() ?? [])].some((next) => this.#chars[next] !== 0 && other?.has(next));
  }
}

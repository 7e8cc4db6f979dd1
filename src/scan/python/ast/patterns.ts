import type { Expr, Located } from './expressions.ts';

export interface MatchValue extends Located {
  type: 'MatchValue';
  value: Expr;
}

export interface MatchSingleton extends Located {
  type: 'MatchSingleton';
  value: boolean | null;
}

export interface MatchSequence extends Located {
  type: 'MatchSequence';
  patterns: Pattern[];
}

export interface MatchMapping extends Located {
  type: 'MatchMapping';
  keys: Expr[];
  patterns: Pattern[];
  rest: string | null;
}

export interface MatchClass extends Located {
  type: 'MatchClass';
  cls: Expr;
  patterns: Pattern[];
  kwd_attrs: string[];
  kwd_patterns: Pattern[];
}

export interface MatchStar extends Located {
  type: 'MatchStar';
  name: string | null;
}

/** A capture, a wildcard (neither pattern nor name), or `pattern as name`. */
export interface MatchAs extends Located {
  type: 'MatchAs';
  pattern: Pattern | null;
  name: string | null;
}

export interface MatchOr extends Located {
  type: 'MatchOr';
  patterns: Pattern[];
}

export type Pattern =
  | MatchValue
  | MatchSingleton
  | MatchSequence
  | MatchMapping
  | MatchClass
  | MatchStar
  | MatchAs
  | MatchOr;

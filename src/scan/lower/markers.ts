import type { Expr } from '../python/ast.ts';
import type { Decorator } from './ir.ts';

const LONGEST = 200;

/** The dotted name that an expression spells, '' when it is none. Calls in between are skipped: `a().b` is `a().b`. */
export const dottedName = (node: Expr): string => {
  const parts: string[] = [];
  let at: Expr = node;
  for (let i = 0; i < 40; i++) {
    if (at.type === 'Attribute') {
      parts.push(at.attr);
      at = at.value;
    } else if (at.type === 'Name') {
      parts.push(at.id);
      return parts.reverse().join('.').slice(0, LONGEST);
    } else if (at.type === 'Call') {
      at = at.func;
      const name = dottedName(at);
      return name === '' ? '' : `${name}()${parts.length > 0 ? `.${parts.reverse().join('.')}` : ''}`;
    } else return '';
  }
  return '';
};

const textOf = (node: Expr): string | null => {
  if (node.type === 'Constant') {
    if (node.kind === 'str') return node.value.slice(0, 500);
    if (node.kind === 'bool') return node.value ? 'True' : 'False';
    return node.kind === 'int' ? String(node.value) : null;
  }
  if (node.type === 'JoinedStr') return null;
  return dottedName(node) || null;
};

const elementsOf = (node: Expr): (string | null)[] | null =>
  node.type === 'List' || node.type === 'Tuple' || node.type === 'Set'
    ? node.elts.slice(0, 30).map(textOf)
    : null;

/** A decorator or a call such as `Query(...)`, reduced to names and constants. */
export const markerOf = (node: Expr): Decorator => {
  const placed = { start: node.start, end: node.end };
  if (node.type !== 'Call')
    return { name: dottedName(node), called: false, args: [], keywords: new Map(), listed: [], ...placed };
  const keywords = new Map<string, readonly (string | null)[]>();
  for (const { arg, value } of node.keywords) {
    if (arg === null) continue;
    keywords.set(arg, elementsOf(value) ?? [textOf(value)]);
  }
  const [first] = node.args;
  return {
    name: dottedName(node.func),
    called: true,
    args: node.args.slice(0, 8).map(textOf),
    keywords,
    listed: (first === undefined ? null : elementsOf(first)) ?? [],
    ...placed,
  };
};

/** What an annotation says: a dotted name with its arguments; `Optional`, `Annotated` and `| None` are looked through. */
export const annotationOf = (node: Expr | null, depth = 0): string => {
  if (node === null || depth > 5) return '';
  switch (node.type) {
    case 'Constant':
      return node.kind === 'str' ? node.value.slice(0, LONGEST) : '';
    case 'BinOp': {
      return loosest(annotationOf(node.left, depth + 1), annotationOf(node.right, depth + 1));
    }
    case 'Subscript': {
      const base = dottedName(node.value);
      const first = node.slice.type === 'Tuple' ? (node.slice.elts[0] ?? null) : node.slice;
      if (/(^|\.)(Optional|Annotated|Final|ClassVar)$/.test(base)) return annotationOf(first, depth + 1);
      return `${base}[${annotationOf(first, depth + 1)}]`;
    }
    default:
      return dottedName(node);
  }
};

const NUMBER = /^(int|float|bool|complex)$/;
const TEXT = /^(str|bytes)$/;

// Of `int | str` the one that can do more harm.
const loosest = (left: string, right: string): string => {
  if (left === '' || right === '') return left === '' ? right : left;
  const narrow = (kind: string): number => (NUMBER.test(kind) ? 2 : TEXT.test(kind) ? 1 : 0);
  return narrow(left) > narrow(right) ? right : left;
};

/** The marker inside `Annotated[type, marker]`. */
export const annotatedMarker = (node: Expr | null): Decorator | null => {
  if (node?.type !== 'Subscript' || node.slice.type !== 'Tuple') return null;
  const call = node.slice.elts.slice(1).find((part) => part.type === 'Call');
  return call === undefined ? null : markerOf(call);
};

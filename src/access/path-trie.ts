import { matchesParts } from './glob.ts';

/** A segment pattern with a star in it, such as `report-*.csv`. */
interface SegmentGlob<T> {
  parts: readonly string[];
  node: Node<T>;
}

/** Globs whose text before the first star and after the last one have these lengths, by exactly these texts. */
interface Shape<T> {
  before: number;
  after: number;
  byEnds: Map<string, SegmentGlob<T>[]>;
}

interface Node<T> {
  literals: Map<string, Node<T>> | undefined;
  /** The pattern goes on with `*` alone. */
  star: Node<T> | undefined;
  shapes: Shape<T>[];
  /** The pattern goes on with `**`. */
  deep: Node<T> | undefined;
  /** Whether this node stands after `**`, so that it stays active whatever comes. */
  isDeep: boolean;
  value: T | undefined;
  /** Whether any pattern goes on from here. */
  hasNext: boolean;
  /** Number of the last step in which the node became active: two ways lead to one activation. */
  stamp: number;
}

const newNode = <T>(isDeep = false): Node<T> => ({
  literals: undefined,
  star: undefined,
  shapes: [],
  deep: undefined,
  isDeep,
  value: undefined,
  hasNext: false,
  stamp: 0,
});

/**
 * Path patterns in a tree of segments, each with a value. A look-up costs by the length of the path and by the patterns
 * that match its beginning, not by the number of patterns. A trailing slash is ignored, and repeated slashes count as
 * one, as most frameworks take them.
 */
export class PathTrie<T> {
  readonly #root: Node<T> = newNode();
  #step = 0;
  /** Step at which the present look-up began. */
  #first = 0;

  /** The value at a canonical pattern, made on first use. */
  at(pattern: string, make: () => T): T {
    let node = this.#root;
    for (const segment of pattern.split('/')) {
      if (segment === '') continue;
      node.hasNext = true;
      node = this.#child(node, segment);
    }
    node.value ??= make();
    return node.value;
  }

  #child(node: Node<T>, segment: string): Node<T> {
    if (segment === '**') {
      node.deep ??= newNode(true);
      return node.deep;
    }
    if (segment === '*') {
      node.star ??= newNode();
      return node.star;
    }
    if (!segment.includes('*')) {
      node.literals ??= new Map();
      const found = node.literals.get(segment) ?? newNode<T>();
      node.literals.set(segment, found);
      return found;
    }
    const parts = segment.split('*');
    const [first, last] = [parts[0] ?? '', parts.at(-1) ?? ''];
    const shape = node.shapes.find(
      ({ before, after }) => before === first.length && after === last.length,
    ) ?? {
      before: first.length,
      after: last.length,
      byEnds: new Map<string, SegmentGlob<T>[]>(),
    };
    if (!node.shapes.includes(shape)) node.shapes.push(shape);
    const globs = shape.byEnds.get(`${first}/${last}`) ?? [];
    shape.byEnds.set(`${first}/${last}`, globs);
    const known = globs.find((glob) => glob.parts.join('*') === segment);
    if (known) return known.node;
    const made = { parts, node: newNode<T>() };
    globs.push(made);
    return made.node;
  }

  /** Adds to `found` the values of all patterns that match `path`, in no order, each once. */
  collect(path: string, found: T[]): void {
    let active: Node<T>[] = [];
    this.#first = ++this.#step;
    this.#activate(this.#root, active, this.#step, found);
    let start = 1;
    while (start < path.length && active.length > 0) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      if (end > start) active = this.#advance(active, path.slice(start, end), found);
      start = end + 1;
    }
    for (const node of active) if (node.value !== undefined) found.push(node.value);
  }

  #advance(active: readonly Node<T>[], segment: string, found: T[]): Node<T>[] {
    const next: Node<T>[] = [];
    const step = ++this.#step;
    for (const node of active) {
      if (node.isDeep) this.#activate(node, next, step, found);
      const literal = node.literals?.get(segment);
      if (literal) this.#activate(literal, next, step, found);
      if (node.star) this.#activate(node.star, next, step, found);
      for (const { before, after, byEnds } of node.shapes) {
        if (segment.length < before + after) continue;
        const globs = byEnds.get(`${segment.slice(0, before)}/${segment.slice(segment.length - after)}`);
        for (const glob of globs ?? []) {
          if (matchesParts(glob.parts, segment)) this.#activate(glob.node, next, step, found);
        }
      }
    }
    return next;
  }

  #activate(node: Node<T>, into: Node<T>[], step: number, found: T[]): void {
    // `**` at the end of a pattern matches whatever follows: settled once, it need not stay active.
    const settles = node.isDeep && !node.hasNext;
    if (node.stamp === step || (settles && node.stamp >= this.#first)) return;
    node.stamp = step;
    if (settles) {
      if (node.value !== undefined) found.push(node.value);
      return;
    }
    into.push(node);
    if (node.deep) this.#activate(node.deep, into, step, found);
  }
}

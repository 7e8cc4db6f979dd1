import { matchesParts } from './glob.ts';
import { hashSegment, nextHash, type SegmentEntry, SegmentTable, startHash } from './segment-table.ts';

const SLASH = 0x2f;

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

/** Small on purpose: with many patterns the cost of a look-up is that of the memory it touches. */
interface Node<T> extends SegmentEntry {
  id: number;
  /** Value of the pattern that ends here. */
  value: T | undefined;
  /** Value of the pattern that ends here with `**`: it matches whatever follows. */
  deepValue: T | undefined;
  /** What else may follow; most nodes have none of it. */
  wild: Wild<T> | undefined;
}

interface Wild<T> {
  /** The pattern goes on with `*` alone. */
  star: Node<T> | undefined;
  shapes: Shape<T>[];
  /** The pattern goes on with `**` and something after it. */
  deep: Deep<T> | undefined;
}

/** A node after `**`: once reached, it stays active whatever comes. */
interface Deep<T> {
  node: Node<T>;
  /** Number of the last step in which it was taken, since it may be reached anew while it is active. */
  step: number;
}

/** The ways that are open after some segments of a path. */
interface Front<T> {
  nodes: Node<T>[];
  deeps: Deep<T>[];
}

/**
 * Path patterns in a tree of segments, each with a value. A look-up costs by the length of the path and by the patterns
 * that match its beginning, not by the number of patterns. A trailing slash is ignored, and repeated slashes count as
 * one, as most frameworks take them.
 */
export class PathTrie<T> {
  readonly #root: Node<T> = {
    hash: 0,
    parent: -1,
    segment: '',
    id: 0,
    value: undefined,
    deepValue: undefined,
    wild: undefined,
  };
  readonly #table = new SegmentTable<Node<T>>();
  /** One copy of each segment, however many patterns have it. */
  readonly #words = new Map<string, string>();
  #nodes = 1;
  #step = 0;

  /** The value at a canonical pattern, made on first use. */
  at(pattern: string, make: () => T): T {
    const segments = pattern.split('/').filter((segment) => segment !== '');
    const deep = segments.at(-1) === '**';
    if (deep) segments.pop();
    const node = segments.reduce((from, segment) => this.#childFor(from, segment), this.#root);
    if (deep) {
      node.deepValue ??= make();
      return node.deepValue;
    }
    node.value ??= make();
    return node.value;
  }

  #newNode(parent: number, text: string): Node<T> {
    const segment = this.#words.get(text) ?? text;
    this.#words.set(segment, segment);
    const hash = hashSegment(parent, segment, 0, segment.length);
    return {
      hash,
      parent,
      segment,
      id: this.#nodes++,
      value: undefined,
      deepValue: undefined,
      wild: undefined,
    };
  }

  #childFor(node: Node<T>, segment: string): Node<T> {
    if (!segment.includes('*')) {
      const known = this.#literal(node, segment, 0, segment.length);
      if (known) return known;
      const made = this.#newNode(node.id, segment);
      this.#table.add(made);
      return made;
    }
    node.wild ??= { star: undefined, shapes: [], deep: undefined };
    if (segment === '**') {
      node.wild.deep ??= { node: this.#newNode(node.id, segment), step: 0 };
      return node.wild.deep.node;
    }
    if (segment === '*') {
      node.wild.star ??= this.#newNode(node.id, segment);
      return node.wild.star;
    }
    return this.#globFor(node.wild, node.id, segment);
  }

  #globFor(wild: Wild<T>, parent: number, segment: string): Node<T> {
    const parts = segment.split('*');
    const [first, last] = [parts[0] ?? '', parts.at(-1) ?? ''];
    const known = wild.shapes.find(({ before, after }) => before === first.length && after === last.length);
    const shape: Shape<T> = known ?? { before: first.length, after: last.length, byEnds: new Map() };
    if (!known) wild.shapes.push(shape);
    const globs = shape.byEnds.get(`${first}/${last}`) ?? [];
    shape.byEnds.set(`${first}/${last}`, globs);
    const same = globs.find(({ node }) => node.segment === segment);
    if (same) return same.node;
    const made: SegmentGlob<T> = { parts, node: this.#newNode(parent, segment) };
    globs.push(made);
    return made.node;
  }

  #literal(node: Node<T>, path: string, start: number, end: number): Node<T> | undefined {
    const hash = hashSegment(node.id, path, start, end);
    return this.#table.find(node.id, hash, path, start);
  }

  /** Adds to `found` the values of all patterns that match `path`, in no order, some of them several times. */
  collect(path: string, found: T[]): void {
    let node = this.#root;
    let at = 1;
    // As long as names alone lead on there is one way to go; patterns make it several.
    while (node.wild === undefined) {
      if (node.deepValue !== undefined) found.push(node.deepValue);
      while (path.charCodeAt(at) === SLASH) at++;
      if (at >= path.length) {
        if (node.value !== undefined) found.push(node.value);
        return;
      }
      const start = at;
      let hash = startHash(node.id);
      for (; at < path.length; at++) {
        const code = path.charCodeAt(at);
        if (code === SLASH) break;
        hash = nextHash(hash, code);
      }
      const next = this.#table.find(node.id, hash, path, start);
      if (next === undefined) return;
      node = next;
    }
    this.#collectFrom(node, path, at, found);
  }

  #collectFrom(node: Node<T>, path: string, from: number, found: T[]): void {
    let front: Front<T> = { nodes: [], deeps: [] };
    this.#activate(node, front, ++this.#step, found);
    let start = from;
    while (start < path.length && (front.nodes.length > 0 || front.deeps.length > 0)) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      if (end > start) front = this.#advance(front, path, start, end, found);
      start = end + 1;
    }
    for (const { value } of front.nodes) if (value !== undefined) found.push(value);
    for (const deep of front.deeps) if (deep.node.value !== undefined) found.push(deep.node.value);
  }

  #advance({ nodes, deeps }: Front<T>, path: string, start: number, end: number, found: T[]): Front<T> {
    const next: Front<T> = { nodes: [], deeps: [] };
    const step = ++this.#step;
    for (const deep of deeps) {
      if (deep.step !== step) {
        deep.step = step;
        next.deeps.push(deep);
      }
    }
    const follow = (node: Node<T>): void => {
      const literal = this.#literal(node, path, start, end);
      if (literal) this.#activate(literal, next, step, found);
      if (node.wild) this.#followWild(node.wild, path.slice(start, end), next, step, found);
    };
    for (const deep of deeps) follow(deep.node);
    for (const node of nodes) follow(node);
    return next;
  }

  #followWild({ star, shapes }: Wild<T>, segment: string, next: Front<T>, step: number, found: T[]): void {
    if (star) this.#activate(star, next, step, found);
    for (const { before, after, byEnds } of shapes) {
      if (segment.length < before + after) continue;
      const ends = `${segment.slice(0, before)}/${segment.slice(segment.length - after)}`;
      for (const glob of byEnds.get(ends) ?? []) {
        if (matchesParts(glob.parts, segment)) this.#activate(glob.node, next, step, found);
      }
    }
  }

  #activate(node: Node<T>, next: Front<T>, step: number, found: T[]): void {
    if (node.deepValue !== undefined) found.push(node.deepValue);
    next.nodes.push(node);
    const deep = node.wild?.deep;
    if (deep === undefined || deep.step === step) return;
    deep.step = step;
    next.deeps.push(deep);
  }
}

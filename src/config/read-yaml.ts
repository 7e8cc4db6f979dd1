import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import { childField, type Position, type Positions } from './positions.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';

/** Longest file that is read, in characters. */
const MAX_LENGTH = 4 * 1024 * 1024;
/** Deepest nesting; the grammar needs 8 levels. */
const MAX_DEPTH = 24;
/** Most values after aliases are followed: stops an alias bomb ("billion laughs"). */
const MAX_VALUES = 400_000;
/** Most faults of the YAML itself that are listed: one fault often brings others along. */
const MAX_FAULTS = 5;

/** A YAML text as plain values, with the place of each. */
export interface YamlValues {
  value: unknown;
  positions: Positions;
}

const asNode = (value: unknown): Node | undefined => value as Node | undefined;

/** Turns one document into plain values. */
class Conversion {
  readonly positions = new Map<string, Position>([['', { line: 1, column: 1 }]]);
  /** Anchored nodes so far: an alias means the last one before it. */
  readonly #anchors = new Map<string, unknown>();
  readonly #lines: LineCounter;
  readonly #file: string;
  #values = 0;

  constructor(lines: LineCounter, file: string) {
    this.#lines = lines;
    this.#file = file;
  }

  #place(node: Node | undefined): Position {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { line, column: col };
  }

  #refuse(node: Node | undefined, field: string, message: string, remedy: string): never {
    throw new ConfigError(this.#file, [{ ...this.#place(node), field, message, remedy }]);
  }

  convert(value: unknown, field: string, depth: number): unknown {
    const node = asNode(value);
    const anchor = (isScalar(value) || isSeq(value) || isMap(value)) && value.anchor;
    if (anchor) this.#anchors.set(anchor, value);
    if (node?.range && !this.positions.has(field)) this.positions.set(field, this.#place(node));
    if (depth > MAX_DEPTH) {
      this.#refuse(node, field, `it is nested deeper than ${MAX_DEPTH} levels`, 'Flatten it.');
    }
    if (++this.#values > MAX_VALUES) {
      this.#refuse(
        node,
        field,
        `there are more than ${MAX_VALUES} values`,
        'Take out repetitions and aliases.',
      );
    }
    if (isScalar(value)) return value.value;
    if (isAlias(value)) return this.convert(this.#anchors.get(value.source), field, depth + 1);
    if (isSeq(value)) {
      return value.items.map((item, index) => this.convert(item, childField(field, index), depth + 1));
    }
    return isMap(value) ? this.#convertMap(value.items, field, depth) : null;
  }

  #convertMap(items: readonly Pair[], field: string, depth: number): Record<string, unknown> {
    // Without a prototype, so that a key called `constructor` or `__proto__` is a key like any other.
    const result: Record<string, unknown> = Object.create(null);
    for (const { key, value } of items) {
      const node = asNode(key);
      if (!isScalar(key) || key.value === '__proto__') {
        return this.#refuse(
          node,
          field,
          'a key is not a plain word',
          'Use a plain word as the name of the field.',
        );
      }
      const word = String(key.value);
      const inner = childField(field, word);
      if (word in result) this.#refuse(node, inner, `"${word}" stands here twice`, 'Keep one of them.');
      this.positions.set(inner, this.#place(node));
      result[word] = this.convert(value, inner, depth + 1);
    }
    return result;
  }
}

const yamlProblem = (error: YAMLError, lines: LineCounter): ConfigProblem => {
  const { line, col } = lines.linePos(error.pos[0]);
  // The composer recurses: nesting by the thousand ends in an overflow of the stack, which it reports like this.
  const deep = /call stack/i.test(error.message);
  return {
    line,
    column: col,
    field: '',
    message: deep ? 'it is nested too deeply' : error.message,
    remedy: deep
      ? 'Flatten it.'
      : 'Correct the YAML at this place: look at indentation, quotes and brackets.',
  };
};

const parseDocuments = (text: string, file: string, lines: LineCounter): readonly Document[] => {
  const whole = (message: string, remedy: string): ConfigError =>
    new ConfigError(file, [{ line: undefined, column: undefined, field: '', message, remedy }]);
  if (text.length > MAX_LENGTH) {
    throw whole(`it is longer than ${MAX_LENGTH} characters`, 'Join rules that say the same into one.');
  }
  try {
    // Keys are checked by Conversion in linear time; the parser would compare each with each.
    return [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })];
  } catch (cause) {
    if (cause instanceof RangeError) throw whole('it is nested too deeply', 'Flatten it.');
    throw cause;
  }
};

/**
 * Reads one YAML 1.2 document into plain values.
 * @throws {ConfigError} when it is malformed, has several documents, is too long, too deep or an alias bomb.
 */
export const readYaml = (text: string, file: string): YamlValues => {
  const lines = new LineCounter();
  const documents = parseDocuments(text, file, lines);
  const faults = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (faults.length > 0) {
    throw new ConfigError(
      file,
      faults.slice(0, MAX_FAULTS).map((error) => yamlProblem(error, lines)),
    );
  }
  const [document, second] = documents;
  if (second) {
    const { line, col } = lines.linePos(second.range?.[0] ?? 0);
    const message = 'it holds more than one document';
    throw new ConfigError(file, [
      { line, column: col, field: '', message, remedy: 'Keep one document: take out the "---".' },
    ]);
  }
  if (!document) return { value: null, positions: new Map([['', { line: 1, column: 1 }]]) };
  const conversion = new Conversion(lines, file);
  return { value: conversion.convert(document.contents, '', 0), positions: conversion.positions };
};

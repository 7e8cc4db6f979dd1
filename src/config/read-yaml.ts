import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { type FieldPath, fieldName, type Position, type Positions } from './positions.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';

/** Longest file that is read, in characters. */
const MAX_LENGTH = 8 * 1024 * 1024;
/** Deepest nesting; the grammar needs 7 levels. */
const MAX_DEPTH = 24;
/** Most values after aliases are followed: stops an alias bomb ("billion laughs"). */
const MAX_VALUES = 2_000_000;

/** A YAML text as plain values, with the place of each. */
export interface YamlValues {
  value: unknown;
  positions: Positions;
}

interface Walk {
  document: Document;
  lines: LineCounter;
  positions: Map<string, Position>;
  values: number;
  fail(node: Node | undefined, path: FieldPath, message: string, remedy: string): never;
}

const place = (lines: LineCounter, offset: number): Position => {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};

const convert = (walk: Walk, node: unknown, path: FieldPath, depth: number): unknown => {
  const start = (node as Node | undefined)?.range?.[0];
  const field = fieldName(path);
  if (start !== undefined && !walk.positions.has(field)) walk.positions.set(field, place(walk.lines, start));
  if (depth > MAX_DEPTH) {
    walk.fail(node as Node, path, `it is nested deeper than ${MAX_DEPTH} levels`, 'Flatten it.');
  }
  if (++walk.values > MAX_VALUES) {
    walk.fail(node as Node, path, 'its aliases expand to too many values', 'Write the values out instead.');
  }
  if (isAlias(node)) return convert(walk, node.resolve(walk.document), path, depth + 1);
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item, index) => convert(walk, item, [...path, index], depth + 1));
  if (!isMap(node)) return null;
  const entries: [string, unknown][] = [];
  for (const { key, value } of node.items) {
    const word = isScalar(key) ? String(key.value) : undefined;
    if (word === undefined || word === '__proto__') {
      walk.fail(key as Node, path, 'a key is not a plain word', 'Use a plain word as the name of the field.');
    }
    const at = (key as Node).range?.[0];
    const inner = [...path, word];
    if (at !== undefined) walk.positions.set(fieldName(inner), place(walk.lines, at));
    entries.push([word, convert(walk, value, inner, depth + 1)]);
  }
  return Object.fromEntries(entries);
};

/**
 * Reads one YAML 1.2 document into plain values.
 * @throws {ConfigError} when it is malformed, has several documents, is too long, too deep or an alias bomb.
 */
export const readYaml = (text: string, file: string): YamlValues => {
  const lines = new LineCounter();
  const refuse = (problem: Partial<ConfigProblem> & { message: string; remedy: string }): never => {
    throw new ConfigError(file, [{ line: undefined, column: undefined, field: '', ...problem }]);
  };
  if (text.length > MAX_LENGTH) {
    refuse({
      message: `it is longer than ${MAX_LENGTH} characters`,
      remedy: 'Split the rules over fewer lines.',
    });
  }
  let documents: Document[];
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: false });
    documents = [...parsed];
  } catch (cause) {
    // The composer recurses: nesting by the ten thousand ends in a RangeError of the stack.
    if (cause instanceof RangeError) refuse({ message: 'it is nested too deeply', remedy: 'Flatten it.' });
    throw cause;
  }
  const problems = documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error): ConfigProblem => {
      const at = place(lines, error.pos[0]);
      return { ...at, field: '', message: error.message, remedy: 'Correct the YAML at this place.' };
    }),
  );
  if (problems.length > 0) throw new ConfigError(file, problems.slice(0, 50));
  const [document, second] = documents;
  if (second) {
    const at = place(lines, second.range?.[0] ?? 0);
    refuse({
      ...at,
      message: 'it holds more than one document',
      remedy: 'Keep one document: take out the "---".',
    });
  }
  const positions = new Map<string, Position>([['', { line: 1, column: 1 }]]);
  if (!document) return { value: null, positions };
  const walk: Walk = {
    document,
    lines,
    positions,
    values: 0,
    fail(node, path, message, remedy) {
      const at = place(lines, node?.range?.[0] ?? 0);
      return refuse({ ...at, field: fieldName(path), message, remedy });
    },
  };
  return { value: convert(walk, document.contents, [], 0), positions };
};

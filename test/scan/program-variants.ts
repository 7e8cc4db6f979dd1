import type { Located, Node } from '../../src/scan/python/ast.ts';
import { parsePython } from '../../src/scan/python/parse.ts';
import { childrenOf, walk } from '../../src/scan/python/walk.ts';
import type { SmallProgram } from './small-programs.ts';

interface Edit {
  start: number;
  end: number;
  text: string;
}

const edited = (text: string, edits: readonly Edit[]): string => {
  let out = text;
  for (const { start, end, text: by } of edits.toSorted((a, b) => b.start - a.start))
    out = out.slice(0, start) + by + out.slice(end);
  return out;
};

const nodesOf = (root: Node): Node[] => [...walk(root)];

// Checks read names such as `token` and `cache_key`: what a variable is called is part of such a program.
const TELLING =
  /pass|pw|secret|token|key|salt|nonce|iv|otp|pin|code|session|hash|digest|sig|tag|cache|user|csrf|auth|cred|sum|file|name|path|host|url|id|seed|mac|email|etag|admin|role|nick|login|rand|reset|invite|cert|hex|md5|sha|crypt|cipher|state|answer|given|expected/i;

const functionsOf = (module: Node): Node[] =>
  childrenOf(module).flatMap((node) =>
    node.type === 'FunctionDef' || node.type === 'AsyncFunctionDef'
      ? [node]
      : node.type === 'ClassDef'
        ? functionsOf(node)
        : [],
  );

const localsOf = (nodes: readonly Node[]): Set<string> => {
  const stored = new Set<string>();
  const kept = new Set<string>();
  for (const node of nodes) {
    if (node.type === 'Name' && node.ctx === 'Store') stored.add(node.id);
    else if (node.type === 'arg') kept.add(node.arg);
    else if (node.type === 'Global' || node.type === 'Nonlocal')
      for (const name of node.names) kept.add(name);
    else if (node.type === 'alias') kept.add((node.asname ?? node.name).split('.')[0] ?? '');
    else if (node.type === 'FunctionDef' || node.type === 'AsyncFunctionDef' || node.type === 'ClassDef')
      kept.add(node.name);
    else if (node.type === 'ExceptHandler' && node.name !== null) kept.add(node.name);
    else if ((node.type === 'MatchAs' || node.type === 'MatchStar') && node.name !== null)
      kept.add(node.name);
    else if (node.type === 'MatchMapping' && node.rest !== null) kept.add(node.rest);
  }
  return new Set([...stored].filter((name) => !kept.has(name) && !TELLING.test(name)));
};

/** Local variables get other names. */
const renamed = (text: string): string => {
  if (/\b(locals|vars|exec|eval|globals)\s*\(/.test(text)) return text;
  const edits: Edit[] = [];
  for (const fn of functionsOf(parsePython(text).module)) {
    const nodes = nodesOf(fn);
    const names = [...localsOf(nodes)];
    for (const node of nodes) {
      if (node.type !== 'Name' || !names.includes(node.id)) continue;
      edits.push({ start: node.start, end: node.end, text: `quartz_${names.indexOf(node.id)}` });
    }
  }
  return edited(text, edits);
};

/** Statements that do nothing stand between the others, comments and blank lines before them. */
const padded = (text: string): string => {
  const edits: Edit[] = [];
  let n = 0;
  const visit = (node: Node): void => {
    for (const child of childrenOf(node)) {
      if (child.type === 'Assign' && node.type !== 'Module' && node.type !== 'ClassDef') {
        const at = text.lastIndexOf('\n', (child as Located).start) + 1;
        const indent = text.slice(at, (child as Located).start);
        if (/^\s*$/.test(indent))
          edits.push({ start: at, end: at, text: `${indent}# ${n}\n${indent}padding_${n} = ${n} * 2\n\n` });
        n++;
      }
      visit(child);
    }
  };
  visit(parsePython(text).module);
  return edited(text, edits);
};

const SOURCE = /\brequest\s*\.|\bevent\s*(\.|\[)|\breq\s*\./;

/** What is taken from the request goes through a helper first. */
const wrapped = (text: string, helper: string): string => {
  const edits: Edit[] = [];
  for (const fn of functionsOf(parsePython(text).module)) {
    for (const node of nodesOf(fn)) {
      if (node.type !== 'Assign' || node.value.type !== 'Call') continue;
      const { start, end } = node.value;
      const value = text.slice(start, end);
      if (!SOURCE.test(value) || value.includes('\n') || /^(await|yield)\b/.test(value)) continue;
      edits.push({ start, end, text: `${helper}(${value})` });
    }
  }
  return edited(text, edits);
};

const HELPER = 'def same_as_given(value):\n    return value\n';
const FUTURE = /^from __future__.*$/m;

// Below a docstring and `from __future__`, which stand first.
const below = (text: string, more: string): string => {
  const [first] = childrenOf(parsePython(text).module);
  const docstring = first?.type === 'Expr' ? first.end : 0;
  const future = FUTURE.exec(text);
  const at = Math.max(docstring, future === null ? 0 : future.index + future[0].length);
  return at === 0 ? more + text : `${text.slice(0, at)}\n${more}${text.slice(at)}`;
};

/** Views that stand next to each other change places. */
const reordered = (text: string): string => {
  const edits: Edit[] = [];
  const body = childrenOf(parsePython(text).module);
  const spans = body.map((node, i) => {
    const view =
      (node.type === 'FunctionDef' || node.type === 'AsyncFunctionDef') &&
      node.decorator_list.some((each) => each.type === 'Call');
    // With the mark at the end of its last line.
    const lineEnd = (at: number): number => {
      const end = text.indexOf('\n', at);
      return end < 0 ? text.length : end;
    };
    const before = body[i - 1] as Located | undefined;
    return view ? { start: before === undefined ? 0 : lineEnd(before.end), end: lineEnd(node.end) } : null;
  });
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const [one, two] = [spans[i], spans[i + 1]];
    if (one == null || two == null) continue;
    edits.push({ ...one, text: text.slice(two.start, two.end) });
    edits.push({ ...two, text: text.slice(one.start, one.end) });
  }
  return edited(text, edits);
};

type Change = (text: string) => string;

const everyFile =
  (change: Change) =>
  (files: ReadonlyMap<string, string>): Map<string, string> =>
    new Map([...files].map(([path, text]) => [path, path.endsWith('.py') ? change(text) : text]));

const CHANGES: Record<string, (files: ReadonlyMap<string, string>) => Map<string, string>> = {
  renamed: everyFile(renamed),
  padded: everyFile(padded),
  reordered: everyFile(reordered),
  'through a helper': everyFile((text) => {
    const out = wrapped(text, 'same_as_given');
    return out === text ? text : below(out, HELPER);
  }),
  'through a helper of another file': (files) => {
    const out = everyFile((text) => {
      const made = wrapped(text, 'same_as_given');
      return made === text ? text : below(made, 'from given_helpers import same_as_given\n');
    })(files);
    return out.set('given_helpers.py', HELPER);
  },
};

/**
 * The same program written differently: other names, other order, code between, values through a helper of this file
 * or another. Marks of expected findings move along. Programs that a change leaves as they are give none.
 */
export const variantsOf = (
  marked: ReadonlyMap<string, string>,
  make: (name: string, files: ReadonlyMap<string, string>) => SmallProgram,
): SmallProgram[] =>
  Object.entries(CHANGES).flatMap(([name, change]) => {
    const files = change(marked);
    const same = [...marked].every(([path, text]) => files.get(path) === text);
    return same ? [] : [make(name, files)];
  });

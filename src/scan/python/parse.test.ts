import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Expr, Node, Stmt } from './ast.ts';
import { parsePython } from './parse.ts';
import { walk } from './walk.ts';

const typesOf = (body: readonly { type: string }[]): string[] => body.map(({ type }) => type);

const only = (source: string): Stmt => {
  const { module, errors } = parsePython(source);
  assert.deepEqual(errors, []);
  const [statement] = module.body;
  assert.ok(statement);
  return statement;
};

const expressionOf = (source: string): Expr => {
  const statement = only(source);
  assert.ok(statement.type === 'Expr');
  return statement.value;
};

test('an integer is a number while that is exact, and a bigint beyond', () => {
  for (const [text, value] of [
    ['0', 0],
    ['1_000', 1000],
    ['0xFF', 255],
    ['0b1_0', 2],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['0xffffffffffffffffffff', 0xffffffffffffffffffffn],
  ] as const) {
    const constant = expressionOf(text);
    assert.ok(constant.type === 'Constant' && constant.kind === 'int');
    assert.equal(constant.value, value, text);
  }
});

test('an integer that Python finds too long is an error, and no work for the scan', () => {
  const { errors, module } = parsePython(`x = ${'9'.repeat(4301)}\ny = 1`);
  assert.equal(errors.length, 1);
  assert.deepEqual(typesOf(module.body), ['Assign', 'Assign']);
});

test('offsets point into the text that came in, whatever its line breaks are', () => {
  const source = 'a = 1\r\nb = """x\r\ny"""\rc = é\n';
  const { module, lines } = parsePython(source);
  assert.deepEqual(
    module.body.map(({ start, end }) => source.slice(start, end)),
    ['a = 1', 'b = """x\r\ny"""', 'c = é'],
  );
  assert.deepEqual(
    module.body.map(({ start }) => lines.lineAt(start)),
    [1, 2, 4],
  );
  const text = module.body[1];
  assert.ok(text?.type === 'Assign' && text.value.type === 'Constant');
  assert.equal(text.value.value, 'x\ny');
});

test('comments are listed, and nothing in a string is one', () => {
  const source = 'x = "# no" # yes\n# also\nf"{a # in a field\n}"\n';
  assert.deepEqual(
    parsePython(source).comments.map(({ start, end }) => source.slice(start, end)),
    ['# yes', '# also', '# in a field'],
  );
});

test('names are compared in their NFKC form', () => {
  const name = expressionOf('ﬁn');
  assert.ok(name.type === 'Name');
  assert.equal(name.id, 'fin');
});

test('a line that cannot be parsed is an error in its place, and the others stay', () => {
  const { module, errors, lines } = parsePython('a = 1\nb = = 2\nc = 3\n');
  assert.deepEqual(typesOf(module.body), ['Assign', 'ErrorStmt', 'Assign']);
  assert.deepEqual(
    errors.map(({ start }) => lines.positionAt(start)),
    [{ offset: 10, line: 2, column: 4 }],
  );
});

test('a statement whose head cannot be parsed keeps its block', () => {
  const { module, errorCount } = parsePython(
    'if a b:\n  c = 1\nelif d:\n  e\ndef f(g h):\n  return g\nclass C(1 2):\n  i = 2\nfor in k:\n  l\nwith m n:\n  o\n',
  );
  assert.equal(errorCount, 5);
  assert.deepEqual(typesOf(module.body), ['If', 'FunctionDef', 'ClassDef', 'For', 'With']);
  for (const statement of module.body) assert.ok('body' in statement && statement.body.length === 1);
});

test('brackets that cannot be parsed are an error expression within their statement', () => {
  const { module } = parsePython('x = f(a b)(c) + [1 2]\n');
  const [statement] = module.body;
  assert.ok(statement?.type === 'Assign' && statement.value.type === 'BinOp');
  assert.equal(statement.value.left.type, 'Call');
  assert.equal(statement.value.right.type, 'ErrorExpr');
});

test('a block that belongs to nothing keeps its statements', () => {
  const { module } = parsePython('a\n    b = 1\n    c = 2\nelse:\n    d = 3\ne\n');
  assert.deepEqual(typesOf(module.body), ['Expr', 'ErrorStmt', 'ErrorStmt', 'Expr']);
  const [, stray, otherwise] = module.body;
  assert.ok(stray?.type === 'ErrorStmt' && otherwise?.type === 'ErrorStmt');
  assert.deepEqual(typesOf(stray.body), ['Assign', 'Assign']);
  assert.deepEqual(typesOf(otherwise.body), ['Assign']);
});

test('a bracket that is never closed ends where the next statement begins', () => {
  const { module, errorCount } = parsePython('x = f(1,\ny = 2\ndef g():\n  return 3\n');
  assert.ok(errorCount > 0);
  const last = module.body.at(-1);
  assert.ok(last?.type === 'FunctionDef');
  assert.ok(typesOf(module.body).includes('Assign'));
});

test('a quote too many takes no more than the lines around it', () => {
  const { module, errorCount } = parsePython(
    'def a():\n  """Text."""\n  x = """ 1\n\ndef b():\n  """More text."""\n\ndef c():\n  return "d\n',
  );
  assert.ok(errorCount > 0);
  assert.deepEqual(
    module.body.flatMap((statement) => (statement.type === 'FunctionDef' ? [statement.name] : [])),
    ['a', 'b', 'c'],
  );
});

test('Python 2 is refused, and what is the same in Python 3 is kept', () => {
  const { module, errorCount } = parsePython(
    'import os\nprint "a"\nexec code\nif a <> 0777:\n  b = ur"c"\nraise E, "d"\nf = `g`\n',
  );
  assert.equal(errorCount > 5, true);
  assert.ok(typesOf(module.body).includes('If'));
  assert.equal(module.body[0]?.type, 'Import');
});

test('errors are counted when there are more than are kept', () => {
  const { errors, errorCount } = parsePython('1 2\n'.repeat(50), { maxErrors: 10 });
  assert.equal(errors.length, 10);
  assert.equal(errorCount, 50);
});

const DEEP = 100_000;
const NESTED: Record<string, [string, string]> = {
  parentheses: ['(', ')'],
  lists: ['[', ']'],
  dicts: ['{1:', '}'],
  calls: ['f(', ')'],
  'open brackets': ['([{', ''],
  signs: ['-', ''],
  negations: ['not ', ''],
  lambdas: ['lambda:', ''],
  conditionals: ['1 if a else ', ''],
  powers: ['2**', ''],
  'f-strings': ["f'{", "}'"],
  specifications: ["f'{a:", "}'"],
  decorators: ['@', ''],
  awaits: ['await ', ''],
  stars: ['*', ''],
};

for (const [name, [open, close]] of Object.entries(NESTED)) {
  test(`100,000 nested ${name} are an error, not a crash`, () => {
    const { errorCount, module } = parsePython(`${open.repeat(DEEP)}1${close.repeat(DEEP)}\nx = 1\n`);
    assert.ok(errorCount > 0);
    assert.ok([...walk(module)].length > 1);
  });
}

const CHAINS: Record<string, string> = {
  attributes: `a${'.b'.repeat(DEEP)}`,
  calls: `a${'()'.repeat(DEEP)}`,
  subscripts: `a${'[0]'.repeat(DEEP)}`,
  sums: `1${' + 1'.repeat(DEEP)}`,
  comparisons: `a${' < a'.repeat(DEEP)}`,
  alternatives: `a${' or a'.repeat(DEEP)}`,
  strings: '"a" '.repeat(DEEP),
  fields: `f"${'{a}'.repeat(2 * DEEP)}"`,
  targets: `${'a = '.repeat(DEEP)}1`,
  'elif branches': `if a: b\n${'elif a: b\n'.repeat(DEEP)}`,
};

for (const [name, source] of Object.entries(CHAINS)) {
  test(`a chain of 100,000 ${name} is parsed`, () => {
    const { errorCount, module } = parsePython(source);
    assert.equal(errorCount, 0);
    assert.equal(module.body.length, 1);
    assert.ok([...walk(module)].length > 2);
  });
}

test('text that makes brackets, quotes and lines lose their order takes no more than linear time', () => {
  const timeOf = (source: string): number => {
    const { user: before } = process.cpuUsage();
    parsePython(source);
    return process.cpuUsage().user - before;
  };
  for (const part of [
    '(]',
    '(\n',
    'def f(\n',
    'x = """a\n',
    'f"""{\n',
    "f'{",
    '{[(',
    '"',
    '[\nclass\n',
    'match (x):\n',
  ]) {
    timeOf(part.repeat(2_000));
    const short = Math.min(...[1, 2, 3].map(() => timeOf(part.repeat(5_000))));
    const long = Math.min(...[1, 2, 3].map(() => timeOf(part.repeat(40_000))));
    // Eight times the text; quadratic work would be 64 times as much.
    assert.ok(long < 30 * Math.max(short, 3_000), `${JSON.stringify(part)}: ${short} µs, then ${long} µs`);
  }
});

const assertSound = (source: string | Uint8Array): void => {
  const { module, source: text } = parsePython(source);
  const nodes: Node[] = [...walk(module)];
  for (const { type, start, end } of nodes) {
    assert.ok(start >= 0 && start <= end && end <= text.length, `${type} ${start} to ${end}`);
  }
};

const pieces = fc.constantFrom(
  ...'( ) [ ] { } : , ; . = := + - * ** @ " \' """ \'\'\' f" t\' rb" \\ # \n \r\n \f \0'.split(' '),
  ...'if else elif for in def class lambda match case type with as try except finally async await yield'.split(
    ' ',
  ),
  ...'x 1 0x 1_ 1e é 😀 \ud800 \u00a0'.split(' '),
  ' ',
  '\n',
  '\n  ',
  '\n\t',
);

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), assertSound), { numRuns: 500 });
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
      assertSound,
    ),
    { numRuns: 2_000 },
  );
});

test('no bytes make the parser throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), assertSound), { numRuns: 500 });
});

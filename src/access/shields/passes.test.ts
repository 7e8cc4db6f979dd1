import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { passesCheck } from './passes.ts';
import type { ShieldCheck } from './shield.ts';

const ORIGIN = 'https://app.example.test';
const passes = (check: ShieldCheck, value: string): boolean => passesCheck(check, value, ORIGIN);

const both = (check: ShieldCheck, good: readonly string[], bad: readonly string[]): void => {
  for (const value of good)
    assert.ok(passes(check, value), `${check.kind} has to let ${JSON.stringify(value)} through`);
  for (const value of bad)
    assert.ok(!passes(check, value), `${check.kind} has to refuse ${JSON.stringify(value)}`);
};

// Signs that matter, so that random texts meet them often.
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        '"',
        '`',
        '\\',
        '--',
        ';',
        '/',
        '..',
        '.',
        ' ',
        '<',
        '%27',
        '$',
        '~',
        '-',
        ':',
        '\n',
        '\0',
        '＇',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

test('what quoted text lets through is one SQL literal to SQLite, whatever it is', () => {
  const database = new DatabaseSync(':memory:');
  fc.assert(
    fc.property(tricky, (value) => {
      if (!passes({ kind: 'quoted-text' }, value) || /[\ud800-\udfff]/.test(value)) return;
      const row = database.prepare(`SELECT '${value}' AS text, 7 AS seven`).get();
      assert.deepEqual({ ...row }, { text: value.replaceAll("''", "'"), seven: 7 });
    }),
    { numRuns: 2_000 },
  );
  database.close();
});

test('quoted text lets names through and no quote that ends a literal, hidden ones among them', () => {
  both(
    { kind: 'quoted-text' },
    ['', 'Harbour Bakery', 'Zoë; DROP', '50% off', "O''Neill", 'a -- b', '/* no */'],
    ["'", "x' OR 1=1", '"', '`', "\\'", 'ends\\', "'''", '%27', '%2527', '＇', '\0'],
  );
});

test('what stays inside does so when it is joined to a folder', () => {
  fc.assert(
    fc.property(tricky, (value) => {
      if (!passes({ kind: 'inside-path' }, value)) return;
      assert.ok(`${join('/base', value)}/`.startsWith('/base/'), value);
    }),
    { numRuns: 2_000 },
  );
  both(
    { kind: 'inside-path' },
    ['terms.txt', 'a/b.txt', '.hidden', 'a..b', './a'],
    [
      '../a',
      'a/../../b',
      '/etc/passwd',
      '\\\\host\\share',
      'C:\\x',
      '~root',
      '..\\a',
      'a/.. /b',
      '%2e%2e/a',
      '．．/a',
      'a\0',
    ],
  );
});

test('a shell reads what a shell word lets through as that one word', () => {
  const words = fc
    .sample(fc.oneof(tricky, fc.stringMatching(/^[\w.,:@+/-]{1,20}$/)), 3_000)
    .filter((word) => passes({ kind: 'shell-word' }, word) && !/[\ud800-\udfff]/.test(word));
  assert.ok(words.length > 300);
  const said = execFileSync('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`], { encoding: 'utf8' });
  assert.deepEqual(said.split('\n').slice(0, -1), words);
  both(
    { kind: 'shell-word' },
    ['late', 'Søren', 'a.b-c_d', 'dir/file.txt', 'v1:2'],
    [
      '',
      '-rf',
      'a b',
      'a;b',
      '$(id)',
      '`id`',
      'a|b',
      'a&b',
      '*',
      '~',
      '../a',
      '/etc/passwd',
      'a\nb',
      "a'b",
      '{a,b}',
      '%3B',
      '；',
    ],
  );
});

test('a number is one, in signs that every reader takes for digits', () => {
  both(
    { kind: 'number' },
    ['7', '-7', '+7', '3.14', '0'],
    ['', '7 OR 1=1', '1e5', '0x7', '１２', '7;', '--7', '7\n', '1_0'],
  );
});

test('markup begins no element, and a comparison is none', () => {
  const text = { kind: 'no-markup', position: 'text' } as const;
  both(
    text,
    ['3 < 4', 'Ada & Bob', 'a > b', '"quoted"', '<3'],
    ['<b>', '</b>', '<!--', '<?x', 'ends with <', '%3Cscript%3E', '＜script', 'a<b\0'],
  );
  both(
    { kind: 'no-markup', position: 'attribute' },
    ['blue', 'a-b'],
    ['a b', 'x"y', 'javascript:alert(1)', '&#34;', 'a=b'],
  );
  both({ kind: 'no-markup', position: 'script' }, ['Ada 7'], ["'", ';', '(', '\\', '</script>']);
});

test('a redirect stays at the app, read as a browser reads it', () => {
  const check = { kind: 'same-origin', after: '' } as const;
  both(
    check,
    ['/', '/notes?a=1#b', 'notes', '?page=2', `${ORIGIN}/x`],
    [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'https:evil.example',
      'javascript:alert(1)',
      '\t//evil.example',
      ' //evil.example',
      'http://app.example.test/',
      `${ORIGIN}.evil.example/`,
      `${ORIGIN}@evil.example/`,
      '/\t/evil.example',
      'data:text/html,x',
      '%2F%2Fevil.example',
      '/a\r\nset-cookie: x',
    ],
  );
  both({ kind: 'same-origin', after: '/' }, ['notes', 'a/b'], ['/evil.example', '\\evil.example']);
});

test('hosts are those of the list, or public names, in one spelling', () => {
  both(
    { kind: 'hosts', hosts: [], whole: true },
    ['https://example.com/', 'http://api.example.com:8080/a?b', 'HTTPS://EXAMPLE.COM'],
    [
      'http://127.0.0.1/',
      'http://localhost/',
      'http://10.0.0.1',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::1]/',
      'http://intranet/',
      'http://db.internal/',
      'file:///etc/passwd',
      'gopher://example.com',
      'http://a@127.0.0.1/',
      'http://example.com@127.0.0.1/',
      'http://example.com\\@127.0.0.1/',
      'http://127.1/',
      'URL:http://127.0.0.1/',
      ' http://example.com',
      'http://example.com.:80@a',
      'http://１２７.0.0.1/',
      'http://metadata.google.internal/',
      'http://localhost./',
      'http://example.com#@127.0.0.1',
      '',
    ],
  );
  both(
    { kind: 'hosts', hosts: ['api.example.com', '127.0.0.1:9000'], whole: true },
    ['https://api.example.com/x', 'http://127.0.0.1:9000/'],
    [
      'https://example.com/',
      'http://127.0.0.1/',
      'http://127.0.0.1:9001/',
      'http://api.example.com.evil.example/',
    ],
  );
  both(
    { kind: 'hosts', hosts: [], whole: false },
    ['example.com'],
    ['127.0.0.1', 'a.example/..', 'a@b.example', 'localhost'],
  );
});

const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');

test('a pickle of plain data passes, one that names anything does not', () => {
  both(
    { kind: 'plain-pickle' },
    [
      '',
      // {"customer": "Ada"} of protocol 4, and of protocol 0.
      'gASVFQAAAAAAAAB9lIwIY3VzdG9tZXKUjANBZGGUcy4=',
      base64('(dp0\nVcustomer\np1\nVAda\np2\ns.'),
      base64('\u0080\u0002]q\u0000(K\u0001K\u0002e.'),
    ],
    [
      base64("cos\nsystem\n(S'id'\ntR."),
      base64("(S'id'\nios\nsystem\n."),
      base64('\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.'),
      base64('\u0080\u0002\u0082\u0001.'),
      base64('K\u0001.cos\nsystem\n.'),
      base64('\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.'),
      base64('K\u0001'),
      'gASV FQAAAAAAAAB9lIwIY3VzdG9tZXKUjANBZGGUcy4=',
      'Y29z-CnN5c3RlbQ==',
      'gARL',
    ],
  );
});

test('YAML passes without tags', () => {
  both(
    { kind: 'plain-yaml' },
    ['- Wow! A title', 'a: 1\nb: [x, y]', '"Hello!"', 'a!b'],
    [
      '!!python/object/apply:os.system [id]',
      'a: !!str b',
      '[!x]',
      '{?!!x : 1}',
      '"a"!b',
      '%TAG ! tag:x,2002:\n--- a',
      'a: !<tag:x> b',
      '- !x',
    ],
  );
});

test('other checks', () => {
  both({ kind: 'arithmetic' }, ['1+2*3', '(4 - 1) / 3'], ['9**9', 'a', '9* *9', '__import__', '1;2', '1,2']);
  both({ kind: 'name' }, ['price', '_a1'], ['a b', '1a', 'a;b', 'a.b', '(select 1)', '']);
  both({ kind: 'one-line' }, ['a b'], ['a\r\nb', 'a%0d%0ab', 'a\u2028b']);
  both({ kind: 'plain-words' }, ['Ada, a@b.example'], ['{{7}}', '*)(uid=*', "' or ''='", '#{7}', '<%']);
  both({ kind: 'nothing' }, [''], ['x']);
});

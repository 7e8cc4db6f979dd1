import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scan, toGithub, toJson, toText } from '../../src/scan/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-report-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const VULNERABLE = `from flask import Flask, request
import os
app = Flask(__name__)

@app.route('/run/<what>', methods=['POST'])
def run(what):
    command = 'ls ' + request.form['dir']
    os.system(command)
    return 'ok'
`;

test('a finding of the web names framework, route template, methods and parameter', () => {
  const [finding] = scan([write('web.py', VULNERABLE)]).findings;
  assert.deepEqual(finding?.source, {
    framework: 'flask',
    route: '/run/<what>',
    methods: ['POST'],
    parameter: { in: 'form', name: 'dir' },
  });
});

test('the fingerprint stays when lines move, and two alike have two', () => {
  const before = scan([write('moved.py', VULNERABLE)]).findings.map((finding) => finding.fingerprint);
  const after = scan([write('moved.py', `# new\n\nimport sys\n${VULNERABLE}`)]).findings;
  assert.deepEqual(
    after.map((finding) => finding.fingerprint),
    before,
  );
  const twice = scan([
    write('twice.py', VULNERABLE.replace('    os.system(command)\n', '    os.system(command)\n'.repeat(2))),
  ]);
  assert.equal(new Set(twice.findings.map((finding) => finding.fingerprint)).size, twice.findings.length);
});

test('nosec and our own comment suppress; ours only with a reason and for its rule', () => {
  const suppressed = (comment: string): boolean =>
    scan([
      write('s.py', VULNERABLE.replace('os.system(command)', `os.system(command)  ${comment}`)),
    ]).findings.every((finding) => finding.suppressed !== undefined);
  assert.ok(suppressed('# nosec'));
  assert.ok(suppressed('# nosec B605'));
  assert.ok(!suppressed('# nosec B101'));
  assert.ok(suppressed('# gatehouse: ignore[py/command-injection] only staff reach it'));
  assert.ok(!suppressed('# gatehouse: ignore[py/command-injection]'));
  assert.ok(!suppressed('# gatehouse: ignore[py/xss] wrong rule'));
});

test('GitHub annotations escape what would end them', () => {
  const result = scan([write('a,b:c.py', VULNERABLE)]);
  const [line] = toGithub(result).split('\n');
  assert.match(line ?? '', /^::error file=[^,:]*a%2Cb%3Ac\.py,line=8,/);
});

test('code on the terminal cannot send escape sequences to it', () => {
  const result = scan([write('esc.py', VULNERABLE.replace("'ls '", "'\u001b[2Jls '"))]);
  assert.ok(!toText(result).includes('\u001b'));
  assert.ok(toText(result, { color: true }).includes('\u001b['));
});

test('what is left out is said: binary, broken, huge, looping and unreadable', () => {
  const tree = join(folder, 'bad');
  mkdirSync(join(tree, 'closed'), { recursive: true });
  writeFileSync(join(tree, 'binary.py'), Buffer.from([0x50, 0, 1, 2, 0]));
  writeFileSync(join(tree, 'old.py'), 'print "python 2"\nexec "x"\nimport os\n');
  writeFileSync(
    join(tree, 'latin.py'),
    Buffer.from('# -*- coding: latin-1 -*-\nname = "caf\xe9"\n', 'latin1'),
  );
  writeFileSync(join(tree, 'huge.py'), `x = "${'a'.repeat(9 * 1024 * 1024)}"\n`);
  writeFileSync(join(tree, 'line.py'), `x = [${'1, '.repeat(200_000)}]\n`);
  writeFileSync(
    join(tree, 'deep.py'),
    `x = ${'('.repeat(5000)}1${')'.repeat(5000)}\ny = ${'-'.repeat(20_000)}1\n`,
  );
  writeFileSync(join(tree, 'chain.py'), `x = a${'.b'.repeat(20_000)}\ny = ${'1 + '.repeat(20_000)}1\n`);
  symlinkSync('.', join(tree, 'again'));
  symlinkSync('loop', join(tree, 'loop'));
  chmodSync(join(tree, 'closed'), 0o000);
  const result = scan([tree]);
  chmodSync(join(tree, 'closed'), 0o700);
  const left = (name: string) => result.leftOut.find(({ path }) => path.endsWith(name))?.why ?? '';
  assert.match(left('binary.py'), /not text/);
  assert.match(left('old.py'), /syntax errors/);
  assert.match(left('huge.py'), /larger than/);
  assert.match(left('again'), /already/);
  assert.notEqual(left('loop'), '');
  assert.equal(left('latin.py'), '');
  if (process.getuid?.() !== 0) assert.match(left('closed'), /may not be read/);
  assert.deepEqual(JSON.parse(toJson(result)).leftOut, result.leftOut);
});

test('the command exits 3 at the bar, 0 below it, 2 for wrong words', () => {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const file = write('exit.py', VULNERABLE);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, 'scan', ...args], { encoding: 'utf8' });
  assert.equal(run(file).status, 3);
  assert.equal(run(file, '--fail-on', 'none').status, 0);
  assert.equal(run(write('clean.py', 'x = 1\n'), '--fail-on', 'low').status, 0);
  assert.equal(run(join(folder, 'nowhere')).status, 2);
  assert.equal(run(file, '--format', 'xml').status, 2);
  const out = join(folder, 'out.sarif');
  assert.equal(run(file, '--format', 'sarif', '--output', out).stdout, '');
  assert.equal(run(file, '--output', join(folder, 'no', 'such', 'folder')).status, 1);
});

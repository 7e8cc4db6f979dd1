import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { type ScanResult, scan, scanWith } from '../../src/scan/scan.ts';
import { type StartThread, startThread } from '../../src/scan/threads.ts';
import { programs } from './corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-threads-'));
after(() => rmSync(folder, { recursive: true }));

const SMALL_PARTS = 60_000;

const write = (name: string, content: string | Uint8Array): void => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

const said = ({ findings, leftOut, files, lines }: ScanResult) => ({ findings, leftOut, files, lines });

/** How many threads came back with something. */
const counting = (): { start: StartThread; answered: () => number } => {
  let answered = 0;
  const start: StartThread = async (given) => {
    const learned = await startThread(given);
    if (learned !== null) answered++;
    return learned;
  };
  return { start, answered: () => answered };
};

const corpus = (): string => {
  programs('tuned').forEach((program, i) => {
    write(`corpus/p${String(i % 20).padStart(2, '0')}/m${i}.py`, program.source);
  });
  write('corpus/p05/broken.py', 'def f(:\n  pass\nimport os\nos.system(input())\n');
  write('corpus/p06/binary.py', new Uint8Array([1, 0, 2, 0]));
  return join(folder, 'corpus');
};

test('a tree in parts gives the same answer whether one thread looks at them or three', async () => {
  const tree = corpus();
  const threads = counting();
  const one = await scanWith([tree], { jobs: 1 }, startThread, SMALL_PARTS);
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);
  const three = await scanWith([tree], { jobs: 3, onProgress }, threads.start, SMALL_PARTS);
  assert.equal(threads.answered(), 2);
  assert.ok(one.cuts.some(({ what }) => /in \d+ parts/.test(what)));
  assert.ok(one.findings.length > 200);
  assert.equal(one.leftOut.length, 2);
  assert.deepEqual(said(three), said(one));
  assert.equal(seen.at(-1), one.files);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test('where parts stand apart, a tree in parts gives what the whole tree gives', async () => {
  const tree = corpus();
  const whole = scan([tree]);
  const parts = await scanWith([tree], { jobs: 1 }, startThread, SMALL_PARTS);
  assert.deepEqual(said(parts), said(whole));
});

test('what one part imports of another is followed', async () => {
  write(
    'app/a_views.py',
    'from flask import Flask, request\nfrom z_tools import run\napp = Flask(__name__)\n' +
      "@app.route('/run')\ndef view():\n    run(request.args['c'])\n    return ''\n",
  );
  write('app/z_tools.py', 'import os\ndef run(command):\n    os.system(command)\n');
  const { findings, cuts } = await scanWith([join(folder, 'app')], { jobs: 1 }, startThread, 50);
  assert.ok(cuts.some(({ what }) => what.endsWith('in 2 parts')));
  const [finding] = findings.filter(({ rule }) => rule === 'py/command-injection');
  assert.match(finding?.place.file ?? '', /z_tools\.py$/);
  assert.equal(finding?.source?.route, '/run');
});

test('findings in templates and in code name their own files, in parts as in the whole', async () => {
  const views = (i: number) =>
    `from flask import request\nimport os\ndef view${i}():\n    os.system(request.args['c'])\n`;
  for (const i of [1, 2, 3]) write(`pages/${i}/views.py`, views(i));
  write('pages/templates/a.html', '<p>{{ stored|safe }}</p>\n');
  const tree = join(folder, 'pages');
  const parts = await scanWith([tree], { jobs: 1 }, startThread, 120);
  assert.ok(parts.cuts.some(({ what }) => /in \d+ parts/.test(what)));
  assert.equal(parts.findings.filter(({ place }) => place.code.includes('os.system')).length, 3);
  const [stored] = parts.findings.filter(({ rule }) => rule === 'py/template-raw-output');
  assert.match(stored?.place.file ?? '', /a\.html$/);
  assert.deepEqual(said(parts), said(scan([tree])));
});

test('the work of a thread that dies is done all the same', async () => {
  const tree = corpus();
  const one = await scanWith([tree], { jobs: 1 }, startThread, SMALL_PARTS);
  const dead = await scanWith([tree], { jobs: 3 }, () => Promise.resolve(null), SMALL_PARTS);
  assert.deepEqual(said(dead), said(one));
});

test('a thread that cannot go on resolves with nothing', async () => {
  const broken = { found: null, parts: [{}], done: new Int32Array(1) } as unknown;
  assert.equal(await startThread(broken as Parameters<StartThread>[0]), null);
});

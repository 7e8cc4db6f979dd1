import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { type ScanResult, scanWith } from '../../src/scan/scan.ts';
import { type StartThread, startThread } from '../../src/scan/threads.ts';
import { programs } from './corpus.ts';
import { loadOracle } from './parser/oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-threads-'));
after(() => rmSync(folder, { recursive: true }));

const SMALL_SHARES = 30_000;

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

test('three threads find in the corpus what one finds, and leave out what it leaves out', async () => {
  const tree = corpus();
  const threads = counting();
  const one = await scanWith([tree], { jobs: 1 }, startThread, SMALL_SHARES);
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);
  const three = await scanWith([tree], { jobs: 3, onProgress }, threads.start, SMALL_SHARES);
  assert.equal(threads.answered(), 2);
  assert.ok(one.findings.length > 200);
  assert.equal(one.leftOut.length, 2);
  assert.deepEqual(said(three), said(one));
  assert.equal(seen.at(-1), one.files);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test('the work of a thread that dies is done all the same', async () => {
  const tree = corpus();
  const one = await scanWith([tree], { jobs: 1 }, startThread, SMALL_SHARES);
  const dead = await scanWith([tree], { jobs: 3 }, () => Promise.resolve(null), SMALL_SHARES);
  assert.deepEqual(said(dead), said(one));
});

test('a thread that cannot go on resolves with nothing', async () => {
  const broken = { found: null, shares: [], done: new Int32Array(1) } as unknown;
  assert.equal(await startThread(broken as Parameters<StartThread>[0]), null);
});

test('routes, prefixes and mounts that one share sets are known in the others', async () => {
  write(
    'app/a_factory.py',
    'from flask import Flask\nfrom z_views import bp, show\ndef create():\n    app = Flask(__name__)\n' +
      "    app.register_blueprint(bp, url_prefix='/api')\n    app.add_url_rule('/show/<name>', view_func=show)\n    return app\n",
  );
  write(
    'app/z_views.py',
    "import os\nfrom flask import Blueprint, request\nbp = Blueprint('b', __name__)\n" +
      "@bp.route('/run')\ndef run():\n    os.system(request.args['c'])\n    return ''\n" +
      'def show(name):\n    os.system(name)\n    return name\n',
  );
  write(
    'app/m_urls.py',
    "from django.urls import path\nimport n_views\nurlpatterns = [path('x/', n_views.x)]\n",
  );
  write('app/n_views.py', "import os\ndef x(request):\n    os.system(request.GET['c'])\n");
  const tree = join(folder, 'app');
  const threads = counting();
  const one = await scanWith([tree], { jobs: 1 }, startThread, 50);
  const two = await scanWith([tree], { jobs: 4 }, threads.start, 50);
  assert.equal(threads.answered(), 3);
  const routes = one.findings.map(({ source }) => source?.route);
  assert.ok(routes.includes('/api/run') && routes.includes('/show/<name>') && routes.includes('/x/'));
  assert.deepEqual(said(two), said(one));
});

test('what one request leaves in a list of a module is found where a function of another share takes it out', async () => {
  const head = 'from flask import Flask, request\nfrom m_store import NOTES\napp = Flask(__name__)\n';
  write('shared/m_store.py', 'NOTES = []\n');
  write(
    'shared/a_in.py',
    `${head}@app.route('/in')\ndef into():\n    NOTES.append(request.args['n'])\n    return ''\n`,
  );
  write(
    'shared/z_out.py',
    `${head}@app.route('/out')\ndef out():\n    return '<p>' + ''.join(NOTES) + '</p>'\n`,
  );
  const tree = join(folder, 'shared');
  const one = await scanWith([tree], { jobs: 1 }, startThread, 50);
  const three = await scanWith([tree], { jobs: 3 }, startThread, 50);
  assert.ok(one.findings.some(({ place }) => place.file.endsWith('z_out.py')));
  assert.deepEqual(said(three), said(one));
});

test('two threads find in the standard library of Python what one finds', async () => {
  const oracle = await loadOracle();
  for (const { name, bytes } of oracle.standardLibrary().slice(0, 250)) write(`library/${name}`, bytes);
  const tree = join(folder, 'library');
  const threads = counting();
  const one = await scanWith([tree], { jobs: 1 }, startThread, 200_000);
  const two = await scanWith([tree], { jobs: 2 }, threads.start, 200_000);
  assert.equal(threads.answered(), 1);
  assert.ok(one.findings.length > 10);
  assert.deepEqual(said(two), said(one));
});

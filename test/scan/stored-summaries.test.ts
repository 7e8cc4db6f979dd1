import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Analysis } from '../../src/scan/analysis.ts';
import { SummaryStore } from '../../src/scan/flow/summary-store.ts';
import { findFiles } from '../../src/scan/project/files.ts';
import { smallPrograms } from './small-programs.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-summaries-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

const written = (files: Iterable<readonly [string, string]>): string => {
  const folder = join(root, String(folders++));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};

const analysed = (folder: string, store?: SummaryStore) => {
  const analysis = new Analysis(findFiles([folder]), undefined, store);
  analysis.prepare();
  analysis.run(() => undefined);
  const hits = analysis.collector.gathered().hits.map((hit) => JSON.stringify(hit));
  return { hits: hits.sort(), instructions: analysis.instructions };
};

/** As another process would have it. */
const reread = (store: SummaryStore): SummaryStore => new SummaryStore(JSON.parse(JSON.stringify(store)));

const APP = `from flask import Flask, request
from lookup import find
from words import shout
app = Flask(__name__)

@app.get("/people")
def people():
    shout("people")
    return {"found": find(request.args["name"])}
`;
const LOOKUP = `import sqlite3
from clean import tidy

def find(name):
    return sqlite3.connect("people.db").execute("SELECT * FROM people WHERE name = '" + tidy(name) + "'").fetchall()
`;
const CLEAN = 'def tidy(text):\n    return text.strip()\n';
const WORDS = 'def shout(text):\n    return text.upper() + "!"\n';
const PEOPLE = { 'app.py': APP, 'lookup.py': LOOKUP, 'clean.py': CLEAN, 'words.py': WORDS };

test('a stored summary gives the same findings with less work, wherever the tree lies', () => {
  const store = new SummaryStore();
  const first = analysed(written(Object.entries(PEOPLE)), store);
  assert.equal(first.hits.length, 1);
  assert.ok(store.size >= 2);
  const known = reread(store);
  const again = analysed(written(Object.entries(PEOPLE)), known);
  assert.deepEqual(again.hits, first.hits);
  assert.ok(again.instructions < first.instructions);
  assert.equal(known.size, store.size);
});

test('a summary is made anew when what it calls has changed, and only then', () => {
  const store = new SummaryStore();
  const unsafe = analysed(written(Object.entries(PEOPLE)), store);
  const safer =
    'def tidy(text):\n    return "".join(c for c in text if c.isalnum()) if 0 else str(int(text))\n';
  const mended = analysed(written(Object.entries({ ...PEOPLE, 'clean.py': safer })), reread(store));
  assert.equal(unsafe.hits.length, 1);
  assert.equal(mended.hits.length, 0);

  const elsewhere = { ...PEOPLE, 'words.py': WORDS.replace('!', '?') };
  const known = reread(store);
  const kept = analysed(written(Object.entries(elsewhere)), known);
  assert.deepEqual(
    kept.hits.map((hit) => hit.length),
    unsafe.hits.map((hit) => hit.length),
  );
  assert.ok(kept.instructions < analysed(written(Object.entries(elsewhere))).instructions);
});

test('every program of the corpus gets the same findings from stored summaries', () => {
  let used = 0;
  for (const program of smallPrograms()) {
    const folder = written(program.files);
    const store = new SummaryStore();
    const first = analysed(folder, store);
    assert.deepEqual(first.hits, analysed(folder).hits, `${program.name}: storing changes something`);
    const known = reread(store);
    const again = analysed(folder, known);
    assert.deepEqual(again.hits, first.hits, program.name);
    if (again.instructions < first.instructions) used++;
    rmSync(folder, { recursive: true });
  }
  assert.ok(used > 100, `only ${used} programs had summaries of use`);
});

test('what is no store is refused', () => {
  const records = (made: unknown) => ({ madeBy: 'somebody', records: made });
  for (const wrong of [
    {},
    [],
    'store',
    records([['key']]),
    records([['key', { modules: [] }]]),
    records([[1, null]]),
  ])
    assert.throws(() => new SummaryStore(wrong), { code: 'scan-summaries-unreadable' });
});

test('a store that was made by other models is begun anew', () => {
  const store = new SummaryStore();
  analysed(written(Object.entries(PEOPLE)), store);
  assert.ok(store.size > 0);
  assert.equal(reread(store).size, store.size);
  assert.equal(new SummaryStore({ ...store.toJSON(), madeBy: 'other models' }).size, 0);
});

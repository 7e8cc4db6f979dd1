import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scan } from '../scan.ts';

const HEAD = `from flask import Flask, request
app = Flask(__name__)

def read(name):
    return open(name).read()

def ask():
    return open(request.args["own"]).read()

`;
const A = '@app.route("/a")\ndef a():\n    return read(request.args["x"])\n\n';
const B = '@app.route("/b", methods=["POST"])\ndef b():\n    return read(request.form["y"]) + ask()\n\n';
const C = '@app.route("/c")\ndef c():\n    return ask()\n\n';

const found = (context: TestContext, source: string): { way: string; fingerprint: string }[] => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-collector-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'shared.py'), source);
  return scan([folder])
    .findings.filter(({ rule }) => rule === 'py/path-traversal')
    .map(({ source: from, place, fingerprint }) => ({
      way: `${place.line} ${from?.methods.join(',')} ${from?.route} ${from?.parameter.name}`,
      fingerprint,
    }));
};

test('a sink in a function that several routes call is told once for each route and parameter', (context) => {
  assert.deepEqual(
    found(context, HEAD + A + B + C).map(({ way }) => way),
    ['5 GET /a x', '5 POST /b y', '8 GET /c own', '8 POST /b own'],
  );
});

test('another route to the same sink, and lines that move, leave the fingerprint of the first', (context) => {
  const [alone] = found(context, HEAD + A);
  const both = found(context, `\n\n${HEAD}${B}${A}`);
  assert.equal(both.find(({ way }) => way === '7 GET /a x')?.fingerprint, alone?.fingerprint);
  assert.equal(new Set(both.map(({ fingerprint }) => fingerprint)).size, both.length);
});

test('a sink that one route reaches in two ways is told once', (context) => {
  const twice =
    '@app.route("/d")\ndef d():\n    return read(request.args["x"]) + read(request.args["z"])\n\n';
  assert.equal(found(context, HEAD + twice).filter(({ way }) => way.startsWith('5 ')).length, 1);
});

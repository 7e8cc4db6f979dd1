// C2SP tlog-witness, add-checkpoint: every status of the specification, by HTTP and by a log that was begun apart.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { diskFiles } from '../../src/audit/files.ts';
import { type RunningWitness, runWitness } from '../../src/audit/index.ts';
import { makeKeyFile } from '../../src/audit/key-file.ts';
import { signCheckpoint } from '../../src/audit/tree/checkpoint.ts';
import { cosignedAt } from '../../src/audit/tree/cosignature.ts';
import { leafHash, nodeHash } from '../../src/audit/tree/hashes.ts';
import {
  ED25519,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  rawPublicKey,
  verifierKey,
} from '../../src/audit/tree/note.ts';
import { formatAddCheckpoint } from '../../src/audit/witness/protocol.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-witness-protocol-'));
after(() => rmSync(root, { recursive: true, force: true }));

const ORIGIN = 'gatehouse.log/protocol';
const key = await makeKeyFile(diskFiles, join(root, 'log.key'));
const stranger = await makeKeyFile(diskFiles, join(root, 'other.key'));
const vkey = formatVerifierKey(verifierKey(ORIGIN, ED25519, rawPublicKey(key)));

// A tree of up to three leaves, by hand.
const [a, b, c] = ['a', 'b', 'c'].map((text) => leafHash(Buffer.from(text)));
assert.ok(a && b && c);
const rootOfTwo = nodeHash(a, b);
const rootOfThree = nodeHash(rootOfTwo, c);
const one = { origin: ORIGIN, size: 1, root: a };
const two = { origin: ORIGIN, size: 2, root: rootOfTwo };
const three = { origin: ORIGIN, size: 3, root: rootOfThree };

let witness: RunningWitness;
const open = () => runWitness({ directory: join(root, 'witness'), host: '127.0.0.1', port: 0, logs: [vkey] });
before(async () => {
  witness = await open();
});
after(() => witness.close());

interface Answer {
  status: number;
  type: string;
  body: string;
}

const ask = (path: string, method: string, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL(path, witness.url), { method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: text,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

const add = (old: number, proof: readonly Buffer[], note: string): Promise<Answer> =>
  ask('/add-checkpoint', 'POST', formatAddCheckpoint({ old, proof, note }));

test('a first checkpoint and one that grew from it are cosigned, and so is the same one again', async () => {
  assert.equal((await add(0, [], signCheckpoint(one, key))).status, 200);
  const note = signCheckpoint(two, key);
  const answer = await add(1, [b], note);
  assert.equal(answer.status, 200);
  const cosigned = parseNote(`${parseNote(note).text}\n${answer.body}`);
  assert.ok(cosignedAt(cosigned, parseVerifierKey(witness.key)), 'the answer is a cosignature of that text');
  assert.equal((await add(2, [], note)).status, 200);
});

test('an old size that is not what the witness remembers is a conflict that says the size', async () => {
  const answer = await add(1, [b], signCheckpoint(two, key));
  assert.deepEqual(answer, { status: 409, type: 'text/x.tlog.size', body: '2\n' });
  assert.equal((await add(0, [], signCheckpoint(three, key))).status, 409);
});

test('the same size with another root is a conflict, whoever signed it', async () => {
  const fork = signCheckpoint({ ...two, root: nodeHash(a, c) }, key);
  assert.deepEqual(await add(2, [], fork), { status: 409, type: 'text/x.tlog.size', body: '2\n' });
});

test('an unknown log is 404, a known one with a foreign signature 403', async () => {
  const elsewhere = { ...three, origin: 'gatehouse.log/elsewhere' };
  assert.equal((await add(0, [], signCheckpoint(elsewhere, stranger))).status, 404);
  assert.equal((await add(2, [c], signCheckpoint(three, stranger))).status, 403);
});

test('a proof that does not lead from the old root to the new one is 422', async () => {
  assert.equal((await add(2, [b], signCheckpoint(three, key))).status, 422);
  assert.equal((await add(2, [], signCheckpoint(three, key))).status, 422);
  assert.equal((await add(2, [c, c], signCheckpoint(three, key))).status, 422);
});

test('an old size beyond the new one, and what is no request, is 400', async () => {
  assert.equal((await add(3, [], signCheckpoint(two, key))).status, 400);
  for (const body of ['', 'old 2\n', 'old 02\n\nnote', 'old -1\n\n', 'size 2\n\n', 'old 2\nAAAA\n\nnote\n']) {
    assert.equal((await ask('/add-checkpoint', 'POST', body)).status, 400, JSON.stringify(body));
  }
  const proof = Array.from({ length: 64 }, () => c);
  assert.equal((await add(2, proof, signCheckpoint(three, key))).status, 400);
});

test('other methods, paths and bodies without end are refused', async () => {
  assert.equal((await ask('/add-checkpoint', 'GET')).status, 405);
  assert.equal((await ask('/', 'DELETE')).status, 405);
  assert.equal((await ask('/logs/00000000000000000000000000000000/checkpoint', 'GET')).status, 404);
  assert.equal((await ask('/add-checkpoint', 'POST', 'x'.repeat(200_000))).status, 413);
});

test('after all of this the witness remembers what it cosigned, and after a restart too', async () => {
  assert.equal((await add(2, [c], signCheckpoint(three, key))).status, 200);
  await witness.close();
  witness = await open();
  assert.equal((await add(2, [c], signCheckpoint(three, key))).body, '3\n');
  assert.equal((await add(3, [], signCheckpoint(three, key))).status, 200);
});

test('ten requests at once for the same step are cosigned or told the new size, and nothing is lost', async () => {
  const directory = join(root, 'parallel');
  const other = await runWitness({ directory, host: '127.0.0.1', port: 0, logs: [vkey] });
  const remembered = witness;
  witness = other;
  try {
    const note = signCheckpoint(one, key);
    const answers = await Promise.all(Array.from({ length: 10 }, () => add(0, [], note)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array.from({ length: 9 }, () => 409)]);
  } finally {
    witness = remembered;
    await other.close();
  }
});

test('a client that sends nothing does not keep the witness from closing', async () => {
  const socket = connect(Number(new URL(witness.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await witness.close();
  await closed;
  witness = await open();
});

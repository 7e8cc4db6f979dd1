import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { FINDING_SCHEMA_VERSION, type Finding, isGatehouseError } from '../core/index.ts';
import { openBeacon } from './beacon.ts';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import { probeFinding } from './probe-finding.ts';
import { requestOf } from './request-of.ts';

const finding = (
  sink: Finding['sink'],
  source: Partial<NonNullable<Finding['source']>> = {},
  code = 'f(x)',
): Finding => {
  const place = { file: 'app.py', line: 1, column: 1, endLine: 1, endColumn: 2, code };
  return {
    version: FINDING_SCHEMA_VERSION,
    rule: 'py/xss',
    title: 'A hole',
    cwe: [79],
    owasp: [],
    asvs: [],
    severity: 'high',
    confidence: 'confirmed',
    fingerprint: 'a'.repeat(32),
    place,
    message: '',
    why: '',
    fix: { text: '' },
    path: [{ ...place, why: '' }],
    source: {
      framework: 'flask',
      route: '/x',
      methods: ['GET'],
      parameter: { in: 'query', name: 'q' },
      ...source,
    },
    sink,
  };
};

const serve = async (
  context: TestContext,
  answer: (q: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<Endpoint> => {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://a');
    answer(searchParams.get('q') ?? '', response, request);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => server.close());
  return openEndpoint({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hosts: [] });
};

const probe = async (context: TestContext, made: Finding, bare: Endpoint, gate?: Endpoint) => {
  const beacon = await openBeacon();
  context.after(() => beacon.close());
  const target = { finding: made, path: [], hosts: [] };
  return probeFinding(target, { bare, gate: gate && { ...gate, gated: true }, beacon });
};

const page = (response: ServerResponse, text: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'text/html' }).end(text);

const XSS = finding({ kind: 'html', name: 'x', position: 'text' });
const REFUSAL = '{"error":"refused","message":"","incident":"aaaa-bbbb-cccc"}';

test('only this machine and hosts that were named are probed', () => {
  for (const url of [
    'http://example.com/',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com/',
  ]) {
    assert.throws(
      () => openEndpoint({ url, hosts: [] }),
      (error) => isGatehouseError(error, 'probe-forbidden'),
    );
  }
  assert.throws(
    () => openEndpoint({ url: 'ftp://localhost', hosts: [] }),
    (error) => isGatehouseError(error, 'usage'),
  );
  assert.equal(
    openEndpoint({ url: 'https://a.example.com/x', hosts: ['a.example.com'] }).origin,
    'https://a.example.com',
  );
});

test('open, shielded and fixed are told apart', async (context) => {
  const hole = await serve(context, (q, response) => page(response, `<p>${q}`));
  const safe = await serve(context, (q, response) => page(response, `<p>${q.replaceAll('<', '&lt;')}`));
  const gate = await serve(context, (q, response) =>
    q.includes('<') ? page(response, REFUSAL, 403) : page(response, `<p>${q}`),
  );
  assert.equal((await probe(context, XSS, hole)).outcome, 'open');
  assert.equal((await probe(context, XSS, hole, hole)).outcome, 'open');
  const shielded = await probe(context, XSS, hole, gate);
  assert.equal(shielded.outcome, 'shielded');
  assert.equal(shielded.incident, 'aaaa-bbbb-cccc');
  assert.equal(shielded.ordinary, 'an ordinary value is answered with 200 both ways');
  assert.equal((await probe(context, XSS, safe, gate)).outcome, 'fixed');
});

test('a gate that refuses everything shields nothing, and an app that fails is not fixed', async (context) => {
  const hole = await serve(context, (q, response) => page(response, `<p>${q}`));
  const broken = await serve(context, (_, response) => page(response, 'no', 500));
  const missing = await serve(context, (_, response) => page(response, 'no', 404));
  const wall = await serve(context, (_, response) => page(response, REFUSAL, 403));
  assert.equal((await probe(context, XSS, hole, wall)).outcome, 'unproved');
  assert.equal((await probe(context, XSS, broken)).outcome, 'unproved');
  assert.equal((await probe(context, XSS, missing)).outcome, 'unproved');
});

test('what could do harm is not tried', async (context) => {
  let asked = 0;
  const app = await serve(context, (_, response) => {
    asked++;
    page(response, '');
  });
  const harmful = [
    finding({ kind: 'sql', name: 'x', position: 'quoted' }, {}, 'execute("DELETE FROM a WHERE b = \'" + q)'),
    finding({ kind: 'path', name: 'builtins.open' }, {}, 'open(q, "w")'),
    finding({ kind: 'path', name: 'os.remove' }),
    finding({ kind: 'html', name: 'x' }, { methods: ['DELETE'] }),
    finding({ kind: 'ldap', name: 'x' }),
  ];
  for (const made of harmful) assert.equal((await probe(context, made, app)).outcome, 'unproved');
  assert.equal(asked, 0);
});

test('a value is put where its parameter is read', () => {
  const source = (more: Partial<NonNullable<Finding['source']>>) => {
    const { source: made } = finding({ kind: 'html', name: 'x' }, more);
    assert.ok(made);
    return made;
  };
  const at = (more: Partial<NonNullable<Finding['source']>>, path: string[] = []) =>
    requestOf({ source: source(more), path }, "a'b/c");
  assert.deepEqual(at({ route: '/u/<int:id>/<name>/', parameter: { in: 'path', name: 'name' } }), {
    method: 'GET',
    target: "/u/1/a'b%2Fc/",
    headers: {},
    body: undefined,
  });
  const json = at({ methods: [], parameter: { in: 'body', name: 'a' } }, ['a', 'b']);
  assert.ok(!('none' in json));
  assert.equal(json.body, `{"a":{"b":"a'b/c"}}`);
  assert.ok('none' in at({ route: String.raw`/u/(?P<id>\d+)` }));
  assert.ok('none' in at({ parameter: { in: 'message', name: 'm' } }));
});

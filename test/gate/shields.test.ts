import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Shield, StandingShield } from '../../src/access/index.ts';
import { openEchoApp } from '../harness/echo-app.ts';
import { type Ask, ask, ask2, openHttp2 } from '../harness/http-client.ts';
import { openWireGate } from '../harness/open-gate.ts';

const FORM = 'application/x-www-form-urlencoded';

const shield = (parameter: Partial<Shield['parameter']>, more: Partial<Shield> = {}): Shield => ({
  version: 1,
  id: 'shd_0000000000000000test',
  finding: 'a'.repeat(32),
  app: 'app',
  framework: 'flask',
  route: '/count',
  methods: ['POST'],
  parameter: { in: 'form', name: 'word', path: [], ...parameter },
  sink: 'sql',
  check: { kind: 'number' },
  why: '',
  ...more,
});

const open = async (context: TestContext, ...shields: StandingShield[]) => {
  const app = await openEchoApp();
  const gate = await openWireGate(app.url, { shields });
  context.after(async () => {
    await gate.close();
    await app.close();
  });
  const send = (asked: Ask) => ask(gate, { method: 'POST', path: '/count', ...asked });
  return { app, gate, send };
};

test('what a shield lets through reaches the app byte for byte, in both protocols', async (context) => {
  const { app, gate, send } = await open(context, { mode: 'block', shield: shield({}) });
  const body = `word=%37&pad=${'%41b+'.repeat(40_000)}`;
  assert.equal((await send({ headers: { 'content-type': FORM }, body })).status, 200);
  assert.equal(app.requests[0]?.body, body);
  assert.equal(app.requests[0]?.headers['content-length'], String(body.length));
  const chunked = { 'content-type': FORM, 'transfer-encoding': 'chunked' };
  assert.equal((await send({ headers: chunked, body })).status, 200);
  assert.equal(app.requests[1]?.body, body);
  const session = await openHttp2(gate);
  context.after(() => session.close());
  const headers = {
    ':method': 'POST',
    ':path': '/count',
    ':authority': gate.authority,
    'content-type': FORM,
  };
  assert.equal((await ask2(session, headers, body)).status, 200);
  assert.equal(app.requests[2]?.body, body);
});

test('a refusal says an incident id, and its event names the shield and the finding', async (context) => {
  const { app, gate, send } = await open(context, { mode: 'block', shield: shield({}) });
  const answer = await send({
    headers: { 'content-type': FORM, accept: 'application/json' },
    body: 'word=7+OR+1',
  });
  assert.equal(answer.status, 403);
  const { incident } = JSON.parse(answer.body) as { incident: string };
  const event = gate.events.find(({ type }) => type === 'request.refused');
  assert.deepEqual(
    { ...event?.fields, address: '', path: '', host: '' },
    {
      app: 'app',
      method: 'POST',
      address: '',
      path: '',
      host: '',
      guard: 'shields',
      reason: 'shield-sql',
      status: 403,
      incident,
      rule: 'shd_0000000000000000test',
      finding: 'a'.repeat(32),
    },
  );
  assert.equal(app.requests.length, 0);
});

test('a shield that observes lets everything through and records what it would have refused', async (context) => {
  const { app, gate, send } = await open(context, { mode: 'observe', shield: shield({}) });
  assert.equal((await send({ headers: { 'content-type': FORM }, body: 'word=x' })).status, 200);
  assert.equal(app.requests[0]?.body, 'word=x');
  const event = gate.events.find(({ type }) => type === 'request.refused');
  assert.equal(event?.fields.reason, 'observed: shield-sql');
  assert.equal(event?.fields.rule, 'shd_0000000000000000test');
});

test('what cannot be read on a shielded route is refused, and let through on others', async (context) => {
  const { send } = await open(context, { mode: 'block', shield: shield({}) });
  const odd: readonly Ask[] = [
    { headers: { 'content-type': FORM, 'content-encoding': 'gzip' }, body: gzipSync('word=7') },
    { headers: { 'content-type': 'text/plain' }, body: 'word=7' },
    { headers: {}, body: 'word=7' },
    { headers: { 'content-type': 'application/json' }, body: '{"word":7' },
    { headers: { 'content-type': `${FORM}; charset=utf-16` }, body: 'word=7' },
    { headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: '--b\n\nx' },
    { headers: { 'content-type': 'multipart/form-data' }, body: 'x' },
  ];
  for (const asked of odd) {
    assert.equal((await send(asked)).status, 403, JSON.stringify(asked.headers));
    assert.equal((await send({ ...asked, path: '/other' })).status, 200);
  }
  const large = { headers: { 'content-type': FORM }, body: `word=7&pad=${'x'.repeat(1_100_000)}` };
  assert.equal((await send(large)).status, 413);
  assert.equal((await send({ ...large, path: '/other' })).status, 200);
});

test('all places of a request are read: path, header, cookie, file name, JSON', async (context) => {
  const places: readonly [Partial<Shield['parameter']>, Partial<Shield>, Ask, Ask][] = [
    [
      { in: 'path', name: 'id' },
      { route: '/items/<id>', methods: [] },
      { path: '/items/7' },
      { path: '/items/7%27' },
    ],
    [
      { in: 'header', name: 'HTTP_X_SORT' },
      { methods: [] },
      { headers: { 'X-Sort': '7' } },
      { headers: { x_sort: 'a' } },
    ],
    [
      { in: 'cookie', name: 'theme' },
      { methods: [] },
      { headers: { cookie: 'a=b; theme=7' } },
      { headers: { cookie: 'theme=7; theme=x' } },
    ],
    [
      { in: 'body', name: 'a', path: ['a', 'b'] },
      {},
      { headers: { 'content-type': 'application/json' }, body: '{"a":{"b":7}}' },
      { headers: { 'content-type': 'application/json' }, body: '{"a":{"b":["7"]}}' },
    ],
    [
      { in: 'any', name: 'q' },
      { methods: [] },
      { path: '/count?q=7', headers: { 'content-type': FORM }, body: 'q=8' },
      { path: '/count?q=7', headers: { 'content-type': FORM }, body: 'q=x' },
    ],
    [
      { in: 'file', name: 'f' },
      { check: { kind: 'inside-path' } },
      {
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n../x\r\n--b--\r\n',
      },
      {
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\nContent-Disposition: form-data; name="f"; filename="../a.txt"\r\n\r\nx\r\n--b--\r\n',
      },
    ],
  ];
  for (const [parameter, more, good, bad] of places) {
    const { send } = await open(context, { mode: 'block', shield: shield(parameter, more) });
    assert.equal((await send(good)).status, 200, `${parameter.in} lets ordinary values through`);
    assert.equal((await send(bad)).status, 403, `${parameter.in} is read`);
  }
});

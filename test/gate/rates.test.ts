import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { Session } from '../../src/identity/index.ts';
import { eventually } from '../harness/eventually.ts';
import { ask, ask2, openHttp2 } from '../harness/http-client.ts';
import { openWireGate } from '../harness/open-gate.ts';
import { openRecordingUpstream } from '../harness/recording-upstream.ts';

test('an address that asks too often is refused with 429 over both protocols, whatever it claims to be', async () => {
  const upstream = await openRecordingUpstream();
  const gate = await openWireGate(upstream.url, { rates: { address: { capacity: 5, window: 60_000 } } });
  try {
    const claims = ['6.6.6.6', '7.7.7.7', '8.8.8.8', '9.9.9.9'];
    for (const address of claims)
      assert.equal((await ask(gate, { headers: { 'x-forwarded-for': address } })).status, 200);
    const session = await openHttp2(gate);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => ask2(session, { ':path': '/', ':authority': gate.authority })),
    );
    session.close();
    assert.equal(statuses.filter(({ status }) => status === 200).length, 1);
    const refused = statuses.find(({ status }) => status === 429);
    assert.ok(Number(refused?.headers['retry-after']) >= 1);
    assert.equal(upstream.requests(), 5);
    assert.ok(gate.events.some(({ fields }) => fields.guard === 'address-rate' && fields.status === 429));
  } finally {
    await gate.close();
    await upstream.close();
  }
});

const session = {
  id: 'ses_1',
  person: { id: 'per_1', name: 'ada', displayName: 'Ada', roles: ['user'], disabled: false },
  assurance: 'password',
} as unknown as Session;

const SIGNED_IN = { cookie: '__Host-gatehouse=token' };
const minute = (capacity: number) => ({ capacity, window: 60_000 });

test('every answer tells of the limits that it counted for, and a refusal too', async () => {
  const upstream = await openRecordingUpstream();
  const gate = await openWireGate(upstream.url, {
    session,
    rates: { address: minute(10), person: minute(5), session: minute(2) },
  });
  try {
    const first = await ask(gate, { headers: SIGNED_IN });
    assert.equal(
      first.headers['ratelimit-policy'],
      '"address";q=10;w=60, "person";q=5;w=60, "session";q=2;w=60',
    );
    assert.match(
      String(first.headers['ratelimit']),
      /^"address";r=9;t=6, "person";r=4;t=12, "session";r=1;t=\d+$/,
    );
    await ask(gate, { headers: SIGNED_IN });
    const refused = await ask(gate, { headers: SIGNED_IN });
    assert.equal(refused.status, 429);
    assert.match(String(refused.headers['ratelimit']), /"session";r=0;t=\d+$/);
    assert.ok(Number(refused.headers['retry-after']) >= 1);
    assert.equal(gate.events.at(-1)?.fields.guard, 'session-rate');
  } finally {
    await gate.close();
    await upstream.close();
  }
});

test('a route has a limit of its own that no other spelling of it goes round', async () => {
  const upstream = await openRecordingUpstream();
  const gate = await openWireGate(upstream.url, {
    session,
    routeRates: new Map([
      ['app', [{ paths: ['/export/**'], methods: ['POST'], rate: minute(2), each: 'person' }]],
    ]),
  });
  const post = async (path: string) =>
    (await ask(gate, { method: 'POST', path, headers: SIGNED_IN, body: 'x' })).status;
  try {
    assert.equal(await post('/export'), 200);
    assert.equal(await post('/export/all?x=1'), 200);
    for (const path of ['/export', '/export/', '/%65xport', '/export//all', '/./export', '/export/?a=b'])
      assert.ok([429, 400].includes(await post(path)), path);
    assert.equal((await ask(gate, { path: '/export', headers: SIGNED_IN })).status, 200);
    assert.equal(await post('/other'), 200);
    assert.equal(upstream.received().match(/ HTTP\/1\.1\r/g)?.length, 4);
  } finally {
    await gate.close();
    await upstream.close();
  }
});

test('one person has so much under way at once over all connections, and what ends makes room', async () => {
  const waiting: Socket[] = [];
  const upstream = await openRecordingUpstream((_head, socket) => {
    waiting.push(socket);
    return undefined;
  });
  const gate = await openWireGate(upstream.url, { session, limits: { requestsPerPerson: 3 } });
  const fields = { ':path': '/', ':authority': gate.authority, ...SIGNED_IN };
  const sessions = await Promise.all([openHttp2(gate), openHttp2(gate)]);
  try {
    const asked = Array.from({ length: 12 }, (_, i) => ask2(sessions[i % 2] as (typeof sessions)[0], fields));
    // Those that are refused are answered at once; the three wait for the app.
    let refused = 0;
    for (const one of asked)
      one.then(
        ({ status }) => (refused += status === 429 ? 1 : 0),
        () => {},
      );
    await eventually(() => refused === 9 && waiting.length === 3, 5_000);
    const done = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
    for (const socket of waiting.splice(0)) socket.end(done);
    await Promise.all(asked);
    const next = ask2(sessions[0], fields);
    await eventually(() => waiting.length === 1, 5_000);
    waiting[0]?.end(done);
    assert.equal((await next).status, 200);
  } finally {
    for (const one of sessions) one.close();
    await gate.close();
    await upstream.close();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
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

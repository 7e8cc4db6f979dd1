import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { createApp } from './app.ts';

const PAYMENT = z.looseObject({ id: z.string(), status: z.string(), note: z.string().optional() });
const LIST = z.object({ payments: z.array(PAYMENT) });
const MESSAGE = z.object({
  type: z.string(),
  payments: z.array(PAYMENT).optional(),
  payment: PAYMENT.optional(),
});

const started = async (context: TestContext) => {
  const app = createApp(11);
  await once(app.server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}` };
};

const opened = async (context: TestContext, url: string) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
  context.after(() => socket.terminate());
  const seen: z.infer<typeof MESSAGE>[] = [];
  socket.on('message', (data) => seen.push(MESSAGE.parse(JSON.parse(String(data)))));
  await once(socket, 'open');
  const message = async (type: string) => {
    for (;;) {
      const found = seen.find((one) => one.type === type);
      if (found) return found;
      await once(socket, 'message');
    }
  };
  return { socket, message };
};

test('the page and its parts are served, and nothing beside them', async (context) => {
  const { url } = await started(context);
  const page = await (await fetch(url)).text();
  for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    if (path.startsWith('/.gatehouse/')) continue;
    assert.equal((await fetch(url + path)).status, 200, path);
  }
  for (const path of [
    '/app.ts',
    '/../app.ts',
    '/%2e%2e/app.ts',
    '/nothing.js',
    '/constructor',
    '/__proto__',
  ]) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 405);
});

test('the page holds no inline script or style, so that a strict policy can stand', async (context) => {
  const { url } = await started(context);
  const page = await (await fetch(url)).text();
  assert.doesNotMatch(page, /<style|style="|\son\w+="|<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//);
});

test('it greets whom the gate names, and knows when there is no gate', async (context) => {
  const { url } = await started(context);
  const viewer = async (headers: Record<string, string>) =>
    (await (await fetch(`${url}/api/viewer`, { headers })).json()) as unknown;
  assert.deepEqual(await viewer({}), { viewer: null });
  assert.deepEqual(
    await viewer({ 'x-gatehouse-name': 'Zo%C3%AB', 'x-gatehouse-roles': 'analyst,treasurer' }),
    {
      viewer: { name: 'Zoë', roles: ['analyst', 'treasurer'] },
    },
  );
  assert.deepEqual(await viewer({ 'x-gatehouse-user': '100%' }), { viewer: { name: '100%', roles: [] } });
});

test('a page is sent the last minutes and then what happens', async (context) => {
  const { url } = await started(context);
  const { message } = await opened(context, url);
  assert.ok(((await message('hello')).payments?.length ?? 0) > 300);
  assert.ok((await message('payments')).payments);
});

test('a held payment is held for every page, with the name of who did it', async (context) => {
  const { url } = await started(context);
  const { message } = await opened(context, url);
  const list = LIST.parse(await (await fetch(`${url}/api/payments?status=approved&limit=1`)).json());
  const id = list.payments[0]?.id ?? '';
  const answer = await fetch(`${url}/api/payments/${id}/decision`, {
    method: 'POST',
    headers: { 'x-gatehouse-name': 'Ada' },
    body: JSON.stringify({ held: true, why: 'twice in a minute' }),
  });
  assert.equal(answer.status, 200);
  const { payment } = await message('changed');
  assert.equal(payment?.id, id);
  assert.equal(payment?.note, 'Held by Ada: twice in a minute');
  const held = LIST.parse(await (await fetch(`${url}/api/payments?status=held`)).json());
  assert.deepEqual(
    held.payments.map((one) => one.id),
    [id],
  );
});

test('what makes no sense is refused with a reason', async (context) => {
  const { url } = await started(context);
  const post = (path: string, body: string) => fetch(url + path, { method: 'POST', body });
  assert.equal((await post('/api/payments/pay_x/decision', 'not json')).status, 400);
  assert.equal((await post('/api/payments/pay_x/decision', '{"held":"yes"}')).status, 400);
  assert.equal((await post('/api/payments/pay_x/decision', '{"held":true}')).status, 404);
  assert.equal((await post('/api/payments/pay_x/decision', 'x'.repeat(5_000))).status, 413);
  assert.equal((await fetch(`${url}/api/payments?limit=1000`)).status, 400);
  const fault = await post('/api/reconcile', 'id,amount,currency\na,b,EUR\n');
  assert.equal(fault.status, 422);
  assert.deepEqual(await fault.json(), { error: '"b" is no amount', line: 2 });
});

test('the sample statement comes back reconciled', async (context) => {
  const { url } = await started(context);
  const statement = await (await fetch(`${url}/api/statement.csv`)).text();
  const answer = await fetch(`${url}/api/reconcile`, { method: 'POST', body: statement });
  const { matched } = z.looseObject({ matched: z.number() }).parse(await answer.json());
  assert.ok(matched > 500);
});

test('a socket elsewhere than at the stream is refused', async (context) => {
  const { url } = await started(context);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/other`);
  const [error] = (await once(socket, 'error').catch((reason: unknown) => [reason])) as [Error];
  assert.match(error.message, /404/);
});

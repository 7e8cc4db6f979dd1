import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPortal, PASSWORD, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

let world: TestPortal;
before(async () => {
  world = await openTestPortal();
  await world.add('root', ['admin']);
});
after(() => world.close());

const guess = async (visitor: Visitor, name: string, password = 'a wrong guess'): Promise<number> =>
  (await visitor.fill('/sign-in', '/sign-in', { name, password })).status;

test('a browser that has signed in gets in while strangers have locked the account, and its cookie is for the portal alone', async () => {
  await world.add('ana', ['analyst']);
  const owner = new Visitor(world.portal);
  const response = await owner.fill('/sign-in', '/sign-in', { name: 'ana', password: PASSWORD });
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith('__Host-gatehouse-known='));
  assert.match(cookie ?? '', /; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000$/);
  await owner.fill('/sign-out', '/sign-out', {});
  assert.ok(owner.cookies.has('__Host-gatehouse-known'), 'it outlives the session');

  const stranger = new Visitor(world.portal, '198.51.100.7');
  for (let i = 0; i < 5; i++) assert.equal(await guess(stranger, 'ana'), 403);
  assert.equal(await guess(stranger, 'ana', PASSWORD), 429);
  await owner.signIn('ana');
  assert.equal(await guess(new Visitor(world.portal, '203.0.113.9'), 'ana', PASSWORD), 429);
});

test('whoever manages people sees that an account waits, and ends it', async () => {
  const id = await world.add('bo', ['analyst']);
  const stranger = new Visitor(world.portal, '198.51.100.8');
  const manager = await new Visitor(world.portal).signIn('root');
  assert.doesNotMatch(await (await manager.get(`/people/${id}`)).text(), /unlock/);
  for (let i = 0; i < 6; i++) await guess(stranger, 'bo');
  const page = await (await manager.get(`/people/${id}`)).text();
  assert.match(page, /new to this account wait \d+ seconds/);
  const action = `/people/${id}/unlock`;
  const done = await manager.post(action, formOf(page, action));
  assert.equal(done.status, 303);
  assert.match(await (await manager.get(done.headers.get('location') ?? '')).text(), /The waiting has ended/);
  await stranger.signIn('bo');
  const analyst = await new Visitor(world.portal).signIn('bo');
  assert.equal((await analyst.post(action, formOf(page, action))).status, 403, 'managers alone');
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openTestPortal, PASSWORD, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

let world: TestPortal;
let token = '';

beforeEach(async () => {
  world = await openTestPortal();
  token = (await world.identity.setup.begin()) ?? '';
});
afterEach(() => world.close());

const typed = { name: 'maria', displayName: 'Maria Sousa', newPassword: PASSWORD, again: PASSWORD };

test('the one-time link makes the first administrator, who is signed in at once', async () => {
  const maria = new Visitor(world.portal);
  const response = await maria.fill(`/setup?token=${token}`, '/setup', typed);
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), '/');
  assert.match(await (await maria.get('/')).text(), /Welcome, Maria Sousa/);
  assert.equal((await maria.get('/people')).status, 200);
});

test('the link works once, and no other word does', async () => {
  const page = `/setup?token=${token}`;
  const late = new Visitor(world.portal);
  const form = formOf(await (await late.get(page)).text(), '/setup');
  await new Visitor(world.portal).fill(page, '/setup', typed);
  assert.equal((await late.get(page)).status, 410);
  const second = await late.post('/setup', { ...form, ...typed, name: 'mallory' });
  assert.equal(second.status, 410);
  assert.equal(await world.identity.people.byName('mallory'), undefined);
  for (const guess of ['', 'x', 'A'.repeat(43), `${token}A`]) {
    assert.equal((await late.get(`/setup?token=${guess}`)).status, 410, guess);
  }
});

test('before set-up there is nothing to sign in to, and the page says what to do', async () => {
  const stranger = new Visitor(world.portal);
  const response = await stranger.get('/sign-in');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /one-time link that Gatehouse printed/);
});

test('what was typed is kept when the password is refused, with its problems and its strength', async () => {
  const maria = new Visitor(world.portal);
  const weak = { ...typed, newPassword: 'maria sousa 2026', again: 'maria sousa 2026' };
  const response = await maria.fill(`/setup?token=${token}`, '/setup', weak);
  assert.equal(response.status, 422);
  const page = await response.text();
  assert.match(page, /value="Maria Sousa"/);
  assert.match(page, /too similar to your/);
  assert.match(page, /<meter[^>]*value="[0-4]"/);
  assert.doesNotMatch(page, /maria sousa 2026/);
  assert.equal((await maria.post('/setup', { ...formOf(page, '/setup'), ...typed })).status, 303);
});

test('passwords that differ and a name that cannot be one are said at their fields', async () => {
  const maria = new Visitor(world.portal);
  const differ = await maria.fill(`/setup?token=${token}`, '/setup', { ...typed, again: 'another' });
  assert.match(await differ.text(), /id="again-problem">The two passwords are not the same/);
  const named = await maria.fill(`/setup?token=${token}`, '/setup', { ...typed, name: 'maria sousa' });
  assert.equal(named.status, 422);
  assert.match(await named.text(), /id="name-problem"/);
});

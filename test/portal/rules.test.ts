import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPortal, SALES, type TestPortal } from './open-portal.ts';
import { Visitor } from './visitor.ts';

const HOUR = 3_600_000;

let world: TestPortal;
before(async () => {
  world = await openTestPortal();
  await world.add('maria', ['admin']);
});
after(() => world.close());

/** What an administrator reads about a request. */
const explained = async (person: string, path: string): Promise<string> => {
  const maria = await new Visitor(world.portal).signIn('maria');
  const query = new URLSearchParams({ person, method: 'GET', url: `${SALES}${path}`, assurance: 'password' });
  return (await maria.get(`/rules/sales?${query}`)).text();
};

test('the explanation names the line that decides, for people and for nobody', async () => {
  await world.add('ana', ['analyst']);
  assert.match(await explained('ana', '/'), />let in<\/span>/);
  assert.match(await explained('ana', '/admin/prices'), />refused<\/span>/);
  assert.match(await explained('anonymous', '/'), />asked for more<\/span>/);
  assert.match(await explained('nobody-here', '/'), /Nobody has the account name nobody-here/);
});

test('a role that has ended lets nobody in, in the explanation as at the gate', async () => {
  const id = await world.add('tom', ['analyst']);
  await world.identity.people.setRoles(id, ['analyst'], {}, { analyst: world.clock.now() + HOUR });
  assert.match(await explained('tom', '/'), />let in<\/span>/);
  world.clock.advance(2 * HOUR);
  assert.match(await explained('tom', '/'), />refused<\/span>/);
});

test('what was typed stands on the page as text', async () => {
  const page = await explained('<b>tom</b>', '/');
  assert.doesNotMatch(page, /<b>tom/);
});

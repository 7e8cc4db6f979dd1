import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPortal, PASSWORD, PORTAL, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

const NEW_PASSWORD = 'seven green lamps at sea';

let world: TestPortal;
let maria: Visitor;
let mariaId = '';
let count = 0;

before(async () => {
  world = await openTestPortal();
  mariaId = await world.add('maria', ['admin']);
  await world.add('otto', ['admin']);
  maria = await new Visitor(world.portal).signIn('maria');
});
after(() => world.close());

const somebody = async (roles: string[] = ['analyst']): Promise<{ id: string; name: string }> => {
  const name = `ana${count++}`;
  return { id: await world.add(name, roles), name };
};
const visitor = () => new Visitor(world.portal, `198.51.${count++}.7`);
const isInside = async (someone: Visitor) => (await someone.get('/account')).status === 200;
const linkIn = (page: string): string => /<code data-copy>([^<]+)<\/code>/.exec(page)?.[1] ?? '';
const pathOf = (link: string): string => link.slice(PORTAL.length);

test('a person is added with a link, sets a password behind it and signs in with the roles given', async () => {
  const typed = { name: 'Bea', displayName: 'Beatriz', email: 'bea@example.test', role: 'analyst' };
  const response = await maria.fill('/people/new', '/people', typed);
  assert.equal(response.status, 200);
  const link = linkIn(await response.text());
  assert.ok(link.startsWith(`${PORTAL}/reset?token=`));

  const bea = visitor();
  const page = await (await bea.get(pathOf(link))).text();
  assert.match(page, /Welcome, Beatriz/);
  const set = await bea.fill(pathOf(link), '/reset', { newPassword: NEW_PASSWORD, again: NEW_PASSWORD });
  assert.equal(set.headers.get('location'), '/sign-in?done=password-set');
  await bea.signIn('bea', NEW_PASSWORD);
  const person = await world.identity.people.byName('bea');
  assert.deepEqual(person?.roles, ['analyst']);
  assert.equal((await bea.get('/people')).status, 403);

  const again = await visitor().get(pathOf(link));
  assert.equal(again.status, 410);
  assert.match(await again.text(), /does not work any more/);
});

test('a link keeps working when the password behind it was refused', async () => {
  const { id } = await somebody();
  const link = linkIn(await (await maria.fill(`/people/${id}/reset`, `/people/${id}/reset`, {})).text());
  const ana = visitor();
  const weak = await ana.fill(pathOf(link), '/reset', { newPassword: 'short', again: 'short' });
  assert.equal(weak.status, 422);
  const page = await weak.text();
  assert.match(page, /id="newPassword-problem"/);
  const differ = await ana.post('/reset', {
    ...formOf(page, '/reset'),
    newPassword: NEW_PASSWORD,
    again: 'x',
  });
  assert.match(await differ.text(), /id="again-problem"/);
  const set = await ana.fill(pathOf(link), '/reset', { newPassword: NEW_PASSWORD, again: NEW_PASSWORD });
  assert.equal(set.status, 303);
});

test('a name that is taken or cannot be one is said at its field, and what was typed is kept', async () => {
  const typed = { displayName: 'Other', email: '', role: 'analyst' };
  const taken = await maria.fill('/people/new', '/people', { ...typed, name: 'MARIA' });
  assert.equal(taken.status, 422);
  const page = await taken.text();
  assert.match(page, /id="name-problem"/);
  assert.match(page, /value="Other"/);
  assert.match(page, /value="analyst" checked/);
  const email = await maria.fill('/people/new', '/people', { ...typed, name: 'other', email: 'nonsense' });
  assert.match(await email.text(), /id="email-problem"/);
});

test('disabling asks first, then ends every session until the account is enabled again', async () => {
  const { id, name } = await somebody();
  const ana = await visitor().signIn(name);
  assert.match(await (await maria.get(`/people/${id}/disable`)).text(), /Disable Ana\d+\?/);
  assert.ok(await isInside(ana));
  await maria.fill(`/people/${id}/disable`, `/people/${id}/disable`, {});
  assert.ok(!(await isInside(ana)));
  assert.equal((await ana.fill('/sign-in', '/sign-in', { name, password: PASSWORD })).status, 403);
  await maria.fill(`/people/${id}`, `/people/${id}/enable`, {});
  await ana.signIn(name);
});

test('a reset makes the old password worthless at once and ends every session', async () => {
  const { id, name } = await somebody();
  const ana = await visitor().signIn(name);
  const response = await maria.fill(`/people/${id}/reset`, `/people/${id}/reset`, {});
  assert.match(await response.text(), /The password is reset/);
  assert.ok(!(await isInside(ana)));
  assert.equal((await visitor().fill('/sign-in', '/sign-in', { name, password: PASSWORD })).status, 403);
});

test('somebody can be signed out everywhere and sign in again', async () => {
  const { id, name } = await somebody();
  const ana = await visitor().signIn(name);
  await maria.fill(`/people/${id}/sign-out`, `/people/${id}/sign-out`, {});
  assert.ok(!(await isInside(ana)));
  await ana.signIn(name);
});

test('a role that is taken away counts from the next request on (CVE-2021-41230)', async () => {
  const { id, name } = await somebody(['admin']);
  const other = await visitor().signIn(name);
  assert.equal((await other.get('/people')).status, 200);
  const form = formOf(await (await maria.get(`/people/${id}`)).text(), `/people/${id}/roles`);
  assert.equal(form['role'], 'admin');
  await maria.post(`/people/${id}/roles`, { form: form['form'] ?? '', role: 'analyst' });
  assert.equal((await other.get('/people')).status, 303);
  await other.signIn(name);
  assert.equal((await other.get('/people')).status, 403);
});

test('several roles are given at once, and none at all', async () => {
  const { id } = await somebody();
  const form = formOf(await (await maria.get(`/people/${id}`)).text(), `/people/${id}/roles`)['form'] ?? '';
  await maria.post(`/people/${id}/roles`, `form=${form}&role=guest&role=analyst&role=guest`);
  assert.deepEqual([...((await world.identity.people.get(id))?.roles ?? [])].sort(), ['analyst', 'guest']);
  await maria.post(`/people/${id}/roles`, `form=${form}`);
  assert.deepEqual((await world.identity.people.get(id))?.roles, []);
});

test('nobody shuts themselves out', async () => {
  const page = await (await maria.get(`/people/${mariaId}`)).text();
  assert.match(page, /This is your own account/);
  const form = formOf(page, `/people/${mariaId}/roles`)['form'] ?? '';
  for (const act of ['disable', 'reset', 'sign-out', 'enable']) {
    const response = await maria.post(`/people/${mariaId}/${act}`, { form });
    assert.equal(response.status, 409, act);
    assert.match(await response.text(), /own-account/);
  }
  const roles = await maria.post(`/people/${mariaId}/roles`, { form, role: 'analyst' });
  assert.equal(roles.status, 409);
  assert.match(await roles.text(), /shut yourself out/);
  assert.ok(await isInside(maria));
});

test('an id that is nobody is said to be nobody', async () => {
  for (const id of ['per_unknown', '%00', '..%2fmaria', "'--"]) {
    const response = await maria.get(`/people/${id}`);
    assert.equal(response.status, 404, id);
  }
});

test('the list goes on from page to page', async () => {
  const many = await openTestPortal();
  try {
    await many.add('maria', ['admin']);
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => many.identity.people.add({ name: `p${i}`, roles: [] }, {})),
    );
    const admin = await new Visitor(many.portal).signIn('maria');
    const first = await (await admin.get('/people')).text();
    assert.equal([...first.matchAll(/<tr>\s*<th scope="row">/g)].length, 50);
    const next = /href="(\/people\?after=[^"]+)"/.exec(first)?.[1] ?? '';
    const second = await (await admin.get(next)).text();
    assert.equal([...second.matchAll(/<tr>\s*<th scope="row">/g)].length, 11);
    assert.match(second, /First ones/);
  } finally {
    await many.close();
  }
});

test('who did it stands in the log, and no link or password does', async () => {
  const before = world.recorded.length;
  const typed = { name: `logged${count++}`, displayName: '', email: '', role: 'guest' };
  const link = linkIn(await (await maria.fill('/people/new', '/people', typed)).text());
  const token = new URL(link).searchParams.get('token') ?? 'none';
  const events = world.recorded.slice(before);
  const added = events.find(({ type }) => type === 'person.added');
  assert.equal(added?.fields.actor, mariaId);
  assert.ok(!JSON.stringify(events).includes(token));
});

test('a role for a limited time is given with its last day, shown again, and ends by itself', async () => {
  const world = await openTestPortal();
  try {
    await world.add('maria', ['admin']);
    const ana = await world.add('ana', ['guest']);
    const maria = await new Visitor(world.portal).signIn('maria');
    const page = `/people/${ana}`;
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const wrong = await maria.fill(page, `${page}/roles`, { role: 'analyst', 'until-analyst': '2020-01-01' });
    assert.equal(wrong.status, 409);
    const shown = await wrong.text();
    assert.match(shown, /still to come/);
    assert.match(shown, /name="until-analyst" value="2020-01-01"/, 'what was typed is kept');
    const done = await maria.fill(page, `${page}/roles`, { role: 'analyst', 'until-analyst': day });
    assert.equal(done.status, 303);
    assert.match(await (await maria.get(page)).text(), new RegExp(`name="until-analyst" value="${day}"`));
    const person = await world.identity.people.get(ana);
    assert.equal(person?.roleEnds?.['analyst'], Date.parse(day) + 86_400_000);
  } finally {
    await world.close();
  }
});

test('what administrators change asks for a fresh sign-in, and keeps what was typed', async () => {
  const world = await openTestPortal();
  try {
    await world.add('maria', ['admin']);
    const ana = await world.add('ana', ['guest']);
    const maria = await new Visitor(world.portal).signIn('maria');
    const page = `/people/${ana}`;
    world.clock.advance(15 * 60_000);
    for (const act of ['disable', 'reset', 'sign-out', 'reset-factors']) {
      const response = await maria.get(`${page}/${act}`);
      assert.match(response.headers.get('location') ?? '', /^\/confirm\?return=/, act);
    }
    const asked = await maria.fill(page, `${page}/roles`, { role: 'analyst' });
    const confirm = asked.headers.get('location') ?? '';
    assert.match(confirm, /^\/confirm\?return=/);
    assert.deepEqual((await world.identity.people.get(ana))?.roles, ['guest']);
    const back = await maria.fill(confirm, '/sign-in', { password: PASSWORD });
    const kept = back.headers.get('location') ?? '';
    const again = await (await maria.get(kept)).text();
    assert.match(again, /value="analyst" checked/);
    assert.doesNotMatch(again, /value="guest" checked/);
    const foreign = await (await maria.get(kept, { 'sec-fetch-site': 'cross-site' })).text();
    assert.match(foreign, /value="guest" checked/, 'another site fills in nothing');
    const saved = await maria.post(`${page}/roles`, formOf(again, `${page}/roles`));
    assert.equal(saved.status, 303);
    assert.deepEqual((await world.identity.people.get(ana))?.roles, ['analyst']);
  } finally {
    await world.close();
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPortal, PASSWORD, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

const NEW_PASSWORD = 'seven green lamps at sea';
const SESSION = '__Host-gatehouse-portal';

let world: TestPortal;
let count = 0;

before(async () => {
  world = await openTestPortal();
});
after(() => world.close());

const somebody = async (): Promise<string> => {
  const name = `ana${count++}`;
  await world.add(name, ['analyst']);
  return name;
};
const visitor = () => new Visitor(world.portal, `198.51.${count++}.7`);
const signedIn = (name: string) => visitor().signIn(name);
const isInside = async (someone: Visitor) => (await someone.get('/account')).status === 200;
const sessionIds = (page: string) =>
  [...page.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id ?? '');

test('the account shows each session by device, with the apps opened from it', async () => {
  const ana = await signedIn(await somebody());
  const verifier = 'v'.repeat(43);
  const { base64url, sha256 } = await import('../../src/core/index.ts');
  const query = new URLSearchParams({ app: 'sales', challenge: base64url(sha256(verifier)) });
  const handed = await ana.get(`/enter?${query}`);
  const code = new URL(handed.headers.get('location') ?? '').searchParams.get('code') ?? '';
  assert.ok(
    await world.identity.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client: ana.client }),
  );
  const page = await (await ana.get('/account')).text();
  assert.match(page, /Firefox on Linux/);
  assert.match(page, /This browser/);
  assert.match(page, /<li>Sales <span/);
});

test('one session is ended from another, and only that one', async () => {
  const name = await somebody();
  const [desk, phone, tablet] = [await signedIn(name), await signedIn(name), await signedIn(name)];
  const ids = sessionIds(await (await desk.get('/account')).text());
  assert.equal(ids.length, 3);
  const phoneId = (await world.identity.sessions.find(phone.cookies.get(SESSION) ?? '', undefined))?.id ?? '';
  assert.ok(ids.includes(phoneId));
  const response = await desk.fill('/account', '/account/sessions/end', { session: phoneId });
  assert.equal(response.headers.get('location'), '/account?done=session-ended');
  assert.match(await (await desk.get('/account?done=session-ended')).text(), /The session has ended/);
  assert.deepEqual(
    [await isInside(desk), await isInside(phone), await isInside(tablet)],
    [true, false, true],
  );
});

test("nobody ends somebody else's session, whatever id they send", async () => {
  const [ana, maria] = [await signedIn(await somebody()), await signedIn(await somebody())];
  const foreign = (await world.identity.sessions.find(maria.cookies.get(SESSION) ?? '', undefined))?.id ?? '';
  await ana.fill('/account', '/account/sessions/end', { session: foreign });
  assert.ok(await isInside(maria));
});

test('signing out ends the session on the server and leaves nothing in the browser but that it is known', async () => {
  const ana = await signedIn(await somebody());
  const token = ana.cookies.get(SESSION) ?? '';
  const response = await ana.fill('/sign-out', '/sign-out', {});
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), '/sign-in?done=signed-out');
  assert.equal(response.headers.get('clear-site-data'), '"cache", "storage"');
  // It lets nobody in: it only keeps guesses of strangers from holding up the owner here.
  assert.deepEqual([...ana.cookies.keys()], ['__Host-gatehouse-known']);
  ana.cookies.set(SESSION, token);
  assert.ok(!(await isInside(ana)));
});

test('opening the address of sign-out only asks', async () => {
  const ana = await signedIn(await somebody());
  assert.match(await (await ana.get('/sign-out')).text(), /Sign out\?/);
  assert.ok(await isInside(ana));
});

test('signing out everywhere ends every session of the person and of nobody else', async () => {
  const name = await somebody();
  const [desk, phone, other] = [await signedIn(name), await signedIn(name), await signedIn(await somebody())];
  await desk.fill('/account', '/sign-out/everywhere', {});
  assert.deepEqual(
    [await isInside(desk), await isInside(phone), await isInside(other)],
    [false, false, true],
  );
});

test('a changed password ends the other sessions and gives this one a new token', async () => {
  const name = await somebody();
  const [desk, phone] = [await signedIn(name), await signedIn(name)];
  const before = desk.cookies.get(SESSION);
  const response = await desk.fill('/change-password', '/change-password', {
    current: PASSWORD,
    newPassword: NEW_PASSWORD,
    again: NEW_PASSWORD,
  });
  assert.equal(response.headers.get('location'), '/account?done=password-changed');
  assert.notEqual(desk.cookies.get(SESSION), before);
  assert.deepEqual([await isInside(desk), await isInside(phone)], [true, false]);
  await phone.signIn(name, NEW_PASSWORD);
  const old = await visitor().fill('/sign-in', '/sign-in', { name, password: PASSWORD });
  assert.equal(old.status, 403);
});

test('the password is not changed without the current one, or when the policy refuses the new one', async () => {
  const name = await somebody();
  const ana = await signedIn(name);
  const change = (current: string, newPassword: string, again = newPassword) =>
    ana.fill('/change-password', '/change-password', { current, newPassword, again });
  const wrong = await change('not this one', NEW_PASSWORD);
  assert.equal(wrong.status, 422);
  assert.match(await wrong.text(), /id="current-problem">This is not your current password/);
  const weak = await change(PASSWORD, '123456789012345');
  assert.equal(weak.status, 422);
  assert.match(await weak.text(), /id="newPassword-problem"/);
  const differ = await change(PASSWORD, NEW_PASSWORD, 'other');
  assert.match(await differ.text(), /id="again-problem"/);
  assert.ok(await isInside(ana));
  await visitor().signIn(name, PASSWORD);
});

test('a sentence in the address is shown only on the way from a page of the portal', async () => {
  const ana = await signedIn(await somebody());
  const foreign = await ana.get('/account?done=password-changed', { 'sec-fetch-site': 'cross-site' });
  assert.doesNotMatch(await foreign.text(), /Your password has changed/);
  const unknown = await ana.get('/account?done=__proto__');
  assert.equal(unknown.status, 200);
});

test('what an administrator typed as a display name is escaped wherever it is shown', async () => {
  const name = `tag${count++}`;
  await world.identity.people.add(
    { name, displayName: '<b>x</b>"\'&', roles: ['admin'], password: PASSWORD },
    {},
  );
  const tag = await signedIn(name);
  for (const path of ['/', '/account', '/people', '/sign-out']) {
    const page = await (await tag.get(path)).text();
    assert.doesNotMatch(page, /<b>x<\/b>/, path);
    assert.match(page, /&lt;b&gt;x&lt;\/b&gt;&quot;&#39;&amp;/, path);
  }
});

test('a form that was open when the session ended says so and changes nothing', async () => {
  const ana = await signedIn(await somebody());
  const form = formOf(await (await ana.get('/sign-out')).text(), '/sign-out');
  await ana.post('/sign-out', form);
  const again = await ana.post('/sign-out/everywhere', form);
  assert.equal(again.status, 401);
  assert.match(await again.text(), /href="\/sign-in"/);
});

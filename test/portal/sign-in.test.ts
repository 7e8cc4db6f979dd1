import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPortal, PASSWORD, SALES, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

const CHALLENGE = 'A'.repeat(43);
let world: TestPortal;
let next = 0;

// Every test comes from a network of its own, so that none is slowed by the guesses of another.
const visitor = (): Visitor => new Visitor(world.portal, `198.51.${++next}.7`);

before(async () => {
  world = await openTestPortal();
  await world.add('maria', ['admin']);
  await world.add('ana', ['analyst']);
});
after(() => world.close());

test('name and password lead to the apps, with a cookie that only the portal gets', async () => {
  const maria = visitor();
  const response = await maria.fill('/sign-in', '/sign-in', { name: 'maria', password: PASSWORD });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), '/');
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith('__Host-gatehouse-portal='));
  assert.match(cookie ?? '', /; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  const home = await maria.get('/');
  assert.equal(home.status, 200);
  const text = await home.text();
  assert.match(text, /Sales/);
  assert.match(text, /Clinic reports/);
});

test('the front page lists only the apps that the rules open', async () => {
  const ana = await visitor().signIn('ana');
  const text = await (await ana.get('/')).text();
  assert.match(text, /Sales/);
  assert.doesNotMatch(text, /Clinic reports/);
});

test('a wrong password keeps the name, never the password, and says nothing about the account', async () => {
  const answers = [];
  for (const name of ['maria', 'nobody']) {
    const response = await visitor().fill('/sign-in', '/sign-in', { name, password: 'planted-secret-4711' });
    assert.equal(response.status, 403);
    const text = await response.text();
    assert.match(text, new RegExp(`name="name"[^>]*value="${name}"`));
    assert.doesNotMatch(text, /planted-secret-4711/);
    const plain = text.replaceAll(name, 'NAME').replace(/value="[A-Za-z0-9_.-]{30,}"/g, 'value=""');
    answers.push(plain.replace(/challenge&quot;:&quot;[A-Za-z0-9_-]{43}&quot;/, ''));
  }
  assert.equal(answers[0], answers[1]);
});

test('what was typed as a name is escaped when it is shown again', async () => {
  const response = await visitor().fill('/sign-in', '/sign-in', { name: '"><img src=x>', password: 'x' });
  const text = await response.text();
  assert.doesNotMatch(text, /<img/);
  assert.match(text, /value="&quot;&gt;&lt;img src=x&gt;"/);
});

test('too many guesses are told when to try again, and the right password has to wait as well', async () => {
  await world.add('guessed', ['analyst']);
  const mallory = visitor();
  let last = new Response();
  for (let guess = 0; guess < 8 && last.status !== 429; guess++) {
    last = await mallory.fill('/sign-in', '/sign-in', { name: 'guessed', password: 'wrong' });
  }
  assert.equal(last.status, 429);
  assert.ok(Number(last.headers.get('retry-after')) > 0);
  assert.match(await last.text(), /Try again in \d+ (second|minute)s?\./);
  const right = await mallory.fill('/sign-in', '/sign-in', { name: 'guessed', password: PASSWORD });
  assert.equal(right.status, 429);
});

test('too many sign-ins at once are told to come back, with Retry-After', async () => {
  const narrow = await openTestPortal({ passwords: { queue: 0, width: 1 } });
  try {
    await narrow.add('maria', ['admin']);
    const tries = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        new Visitor(narrow.portal, `203.0.113.${i}`).fill('/sign-in', '/sign-in', {
          name: `person${i}`,
          password: 'x',
        }),
      ),
    );
    const busy = tries.filter(({ status }) => status === 503);
    assert.ok(busy.length > 0, tries.map(({ status }) => status).join(' '));
    for (const response of busy) assert.ok(Number(response.headers.get('retry-after')) >= 1);
  } finally {
    await narrow.close();
  }
});

test('a password that somebody else chose has to be changed before there is a session', async () => {
  await world.add('fresh', ['analyst'], { mustChangePassword: true });
  const fresh = visitor();
  const asked = await fresh.fill('/sign-in', '/sign-in', { name: 'fresh', password: PASSWORD });
  const page = await asked.text();
  assert.equal(asked.status, 200);
  assert.match(page, /Choose a new password/);
  assert.ok(!fresh.cookies.has('__Host-gatehouse-portal'));
  assert.equal((await fresh.get('/account')).status, 303);

  const form = formOf(page, '/sign-in');
  const mistyped = await fresh.post('/sign-in', {
    ...form,
    newPassword: 'seven green lamps at sea',
    again: 'other',
  });
  assert.equal(mistyped.status, 422);
  assert.match(await mistyped.text(), /The two passwords are not the same/);
  const common = await fresh.post('/sign-in', {
    ...form,
    newPassword: 'passwordpassword',
    again: 'passwordpassword',
  });
  assert.equal(common.status, 422);
  const weak = await common.text();
  assert.match(weak, /<meter[^>]*value="0"/);
  assert.match(weak, /class="problem"/);

  const changed = await fresh.post('/sign-in', {
    ...formOf(weak, '/sign-in'),
    newPassword: 'seven green lamps at sea',
    again: 'seven green lamps at sea',
  });
  assert.equal(changed.status, 303);
  assert.equal((await fresh.get('/account')).status, 200);
});

test('whoever was on the way to an app goes on there after signing in, to the page asked for', async () => {
  const maria = visitor();
  const enter = `/enter?${new URLSearchParams({ app: 'sales', challenge: CHALLENGE, return: '/report?month=3&by=region' })}`;
  const page = await (await maria.get(enter)).text();
  assert.match(page, /You are on your way to/);
  assert.match(page, /sales\.example\.test:8443/);
  const signedIn = await maria.post('/sign-in', {
    ...formOf(page, '/sign-in'),
    name: 'maria',
    password: PASSWORD,
  });
  assert.equal(signedIn.headers.get('location'), enter);
  const handed = await maria.get(enter);
  assert.equal(handed.status, 303);
  assert.match(
    handed.headers.get('location') ?? '',
    new RegExp(`^${SALES}/\\.gatehouse/enter\\?code=[A-Za-z0-9_.-]+$`),
  );
});

test('a page of the portal asked for without a session is shown after signing in', async () => {
  const maria = visitor();
  const away = await maria.get('/people?after=x');
  assert.equal(away.status, 303);
  const location = away.headers.get('location') ?? '';
  assert.equal(location, '/sign-in?return=%2Fpeople%3Fafter%3Dx');
  const signedIn = await maria.fill(location, '/sign-in', { name: 'maria', password: PASSWORD });
  assert.equal(signedIn.headers.get('location'), '/people?after=x');
});

test('a return to another site, or to a page that would lead round in a circle, becomes the front page', async () => {
  const maria = await visitor().signIn('maria');
  for (const asked of [
    'https://evil.example/',
    '//evil.example',
    '/sign-in',
    '/sign-out',
    '/setup?token=x',
    '/enter',
  ]) {
    const response = await maria.get(`/sign-in?${new URLSearchParams({ return: asked })}`);
    assert.equal(response.headers.get('location'), '/', asked);
  }
});

test('signing in again in the same browser ends the session that was there', async () => {
  const maria = await visitor().signIn('maria');
  const first = maria.cookies.get('__Host-gatehouse-portal') ?? '';
  // A second tab still shows the sign-in form from before.
  const tab = visitor();
  const form = formOf(await (await tab.get('/sign-in')).text(), '/sign-in');
  tab.cookies.set('__Host-gatehouse-portal', first);
  const again = await tab.post('/sign-in', { ...form, name: 'maria', password: PASSWORD });
  assert.equal(again.status, 303);
  assert.notEqual(tab.cookies.get('__Host-gatehouse-portal'), first);
  assert.equal((await maria.get('/account')).status, 303);
});

test('a sign-in form of another browser opens nothing', async () => {
  const form = formOf(await (await visitor().get('/sign-in')).text(), '/sign-in');
  const other = visitor();
  await other.get('/sign-in');
  const response = await other.post('/sign-in', { ...form, name: 'maria', password: PASSWORD });
  assert.equal(response.status, 403);
  assert.match(await response.text(), /form-expired/);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appOf } from '../store/second-factor-people.ts';
import { addSecondFactors } from './guarded-person.ts';
import { CONFIG, openTestPortal, PASSWORD, SALES, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

let world: TestPortal;
let count = 0;

before(async () => {
  world = await openTestPortal();
});
after(() => world.close());

const visitor = () => new Visitor(world.portal, `203.0.113.${++count}`);
const placeOf = (response: Response): string => response.headers.get('location') ?? '';
const CHALLENGE = 'A'.repeat(43);
const enterPath = (more: Record<string, string>) =>
  `/enter?${new URLSearchParams({ app: 'sales', challenge: CHALLENGE, return: '/report', ...more })}`;

/** Everything but the password form is asked by a state: the fields of the step that is shown. */
const stepOf = async (response: Response): Promise<Record<string, string>> =>
  formOf(await response.text(), '/sign-in');

const switched = async (who: Visitor, step: Record<string, string>, to: string) => {
  const { form = '', state = '' } = step;
  return stepOf(await who.post('/sign-in', { form, state, step: 'switch', to }));
};

/** Signs a person with second factors in by a code. */
const signInGuarded = async (who: Visitor, name: string, code: string): Promise<Response> => {
  const asked = await who.fill('/sign-in', '/sign-in', { name, password: PASSWORD });
  const step = await switched(who, await stepOf(asked), 'totp');
  return who.post('/sign-in', { ...step, answer: code });
};

test('without a script an app is added, asked for and removed, and each page says what happened', async () => {
  await world.add('ana', ['analyst']);
  const ana = await visitor().signIn('ana');
  const page = await (await ana.get('/second-factor/app')).text();
  const uri = (/href="(otpauth:[^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
  const app = appOf(uri);
  const fields = formOf(page, '/second-factor/app');
  const late = app(world.clock.now(), 6);
  const wrong = await ana.post('/second-factor/app', { ...fields, code: late });
  assert.equal(wrong.status, 422);
  const told = await wrong.text();
  assert.match(told, /about 3 minutes ahead/);
  assert.ok(told.includes(uri.replaceAll('&', '&amp;')), 'the same code to scan');
  const added = await ana.post('/second-factor/app', { ...fields, code: app(world.clock.now()) });
  const codes = [...(await added.text()).matchAll(/<code>([0-9a-z-]{14})<\/code>/g)].map((match) => match[1]);
  assert.equal(codes.length, 10);
  assert.equal(added.headers.get('cache-control'), 'no-store');
  const account = await (await ana.get('/account')).text();
  assert.ok(!codes.some((code) => account.includes(code ?? '')), 'shown once');

  const again = visitor();
  const asked = await again.fill('/sign-in', '/sign-in', { name: 'ana', password: PASSWORD });
  assert.equal(asked.status, 200);
  assert.ok(!again.cookies.has('__Host-gatehouse-portal'), 'no session before the second factor');
  const step = await stepOf(asked);
  const refused = await again.post('/sign-in', { ...step, answer: '000000' });
  assert.equal(refused.status, 403);
  world.clock.advance(30_000);
  const done = await again.post('/sign-in', { ...step, answer: app(world.clock.now()) });
  assert.equal(placeOf(done), '/');
  const removed = await again.fill('/second-factor/app/remove', '/second-factor/app/remove', {});
  assert.equal(placeOf(removed), '/account?done=factor-removed');
});

test('what changes factors asks for one again after ten minutes, and a form that comes too late changes nothing', async () => {
  const guarded = await addSecondFactors(world, 'gita', ['analyst']);
  world.clock.advance(30_000);
  const gita = visitor();
  assert.equal(placeOf(await signInGuarded(gita, 'gita', guarded.app(world.clock.now()))), '/');
  const page = await (await gita.get('/second-factor/app/remove')).text();
  const fields = formOf(page, '/second-factor/app/remove');
  world.clock.advance(601_000);
  const late = await gita.post('/second-factor/app/remove', fields);
  assert.equal(placeOf(late), '/confirm?return=%2Faccount');
  const { totp } = await world.identity.factors.of(guarded.id);
  assert.ok(totp);
  const shown = await gita.get('/confirm?return=%2Fsecond-factor%2Frecovery');
  assert.match(await shown.clone().text(), /Confirm that it is you/);
  const step = await switched(gita, await stepOf(shown), 'totp');
  const before = gita.cookies.get('__Host-gatehouse-portal');
  const done = await gita.post('/sign-in', { ...step, answer: guarded.app(world.clock.now()) });
  assert.equal(placeOf(done), '/second-factor/recovery');
  assert.notEqual(gita.cookies.get('__Host-gatehouse-portal'), before, 'the session has a new token');
  assert.equal(placeOf(await gita.get('/confirm?return=%2Faccount')), '/account', 'not asked twice');
});

test('an app that asks for a factor gets its session after it, and one that asks for a fresh one after a fresh one', async () => {
  const guarded = await addSecondFactors(world, 'hugo', ['analyst']);
  world.clock.advance(30_000);
  const hugo = visitor();
  await signInGuarded(hugo, 'hugo', guarded.app(world.clock.now()));
  const fresh = enterPath({ assurance: 'fresh-mfa', max_age: '60' });
  assert.ok(placeOf(await hugo.get(fresh)).startsWith(`${SALES}/.gatehouse/enter?code=`));
  world.clock.advance(61_000);
  assert.ok(placeOf(await hugo.get(enterPath({ assurance: 'mfa' }))).startsWith(SALES));
  const asked = await hugo.get(fresh);
  assert.equal(asked.status, 200);
  assert.match(asked.headers.get('content-security-policy') ?? '', new RegExp(`form-action 'self' ${SALES}`));
  const step = await switched(hugo, await stepOf(asked), 'totp');
  const done = await hugo.post('/sign-in', { ...step, answer: guarded.app(world.clock.now()) });
  assert.equal(placeOf(done), fresh);
  assert.ok(placeOf(await hugo.get(fresh)).startsWith(SALES));
});

test('whoever has no second factor is led to add one, on the way to the app', async () => {
  await world.add('ines', ['analyst']);
  const ines = await visitor().signIn('ines');
  const wish = enterPath({ assurance: 'mfa' });
  const led = placeOf(await ines.get(wish));
  assert.equal(led, `/second-factor?${new URLSearchParams({ return: wish })}`);
  const page = await (await ines.get(led)).text();
  const next = /href="(\/second-factor\/app\?[^"]+)"/.exec(page)?.[1] ?? '';
  const form = await (await ines.get(next)).text();
  const uri = (/href="(otpauth:[^"]+)"/.exec(form)?.[1] ?? '').replaceAll('&amp;', '&');
  const added = await ines.post('/second-factor/app', {
    ...formOf(form, '/second-factor/app'),
    code: appOf(uri)(world.clock.now()),
  });
  const on = /href="([^"]+)">I have kept them/.exec(await added.text())?.[1] ?? '';
  assert.equal(on.replaceAll('&amp;', '&'), wish);
  assert.ok(placeOf(await ines.get(wish)).startsWith(SALES));
});

test('a way on that leads elsewhere is dropped wherever one can be named', async () => {
  await world.add('jana', ['analyst']);
  const jana = await visitor().signIn('jana');
  for (const evil of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    'javascript:alert(1)',
    '/sign-out',
  ]) {
    const query = new URLSearchParams({ return: evil });
    assert.equal(placeOf(await jana.get(`/confirm?${query}`)), '/', evil);
    for (const path of ['/second-factor', '/second-factor/app', '/second-factor/passkey']) {
      const page = await (await jana.get(`${path}?${query}`)).text();
      assert.ok(!page.includes('evil') && !page.includes('alert(1)'), `${path} ${evil}`);
    }
  }
});

test('a role that must have a second factor is reminded until the day, and then gets nowhere without one', async () => {
  const from = world.clock.now() + 86_400_000;
  world.portal.reload({ ...CONFIG, secondFactor: { roles: new Set(['admin']), from } });
  await world.add('kim', ['admin']);
  await world.add('lou', ['analyst']);
  const [kim, lou] = [await visitor().signIn('kim'), await visitor().signIn('lou')];
  assert.match(await (await kim.get('/')).text(), /your roles need a second factor/);
  assert.doesNotMatch(await (await lou.get('/')).text(), /your roles need a second factor/);
  assert.ok(placeOf(await kim.get(enterPath({}))).startsWith(SALES));
  world.portal.reload({ ...CONFIG, secondFactor: { roles: new Set(['admin']), from: undefined } });
  for (const path of ['/', '/account', '/people', '/change-password', enterPath({})]) {
    assert.equal(placeOf(await kim.get(path)), `/second-factor?${new URLSearchParams({ return: path })}`);
  }
  const form = (await (await kim.get('/sign-out')).text()).match(/name="form" value="([^"]+)"/)?.[1] ?? '';
  const people = world.recorded.filter(({ type }) => type === 'person.added').length;
  const tried = await kim.post('/people', { form, name: 'mole', displayName: 'Mole', role: 'admin' });
  assert.equal(placeOf(tried), '/second-factor?return=%2F');
  assert.equal(
    world.recorded.filter(({ type }) => type === 'person.added').length,
    people,
    'nothing was done',
  );
  assert.equal((await lou.get('/account')).status, 200);
  const page = await (await kim.get('/second-factor/app')).text();
  const uri = (/href="(otpauth:[^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
  const code = appOf(uri)(world.clock.now());
  assert.equal(
    (await kim.post('/second-factor/app', { ...formOf(page, '/second-factor/app'), code })).status,
    200,
  );
  assert.equal((await kim.get('/people')).status, 200);
  world.portal.reload(CONFIG);
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestPortal, PASSWORD, PORTAL, type TestPortal } from '../portal/open-portal.ts';
import { formOf, Visitor } from '../portal/visitor.ts';
import { type LyingProvider, openLyingProvider } from './lying-provider.ts';
import { type OidcProvider, openOidcProvider } from './oidc-provider.ts';
import { providerAt } from './open-provider-identity.ts';

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

let world: TestPortal;
let acme: OidcProvider;
let liar: LyingProvider;
let delivered: Response[] = [];
let signedOutBy: string[] = [];

before(async () => {
  acme = await openOidcProvider({
    portal: PORTAL,
    deliver: async (url, body) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const client = { address: '203.0.113.5', userAgent: 'oidc-provider' };
      const response = await world.portal.fetch(new Request(url, { method: 'POST', headers, body }), client);
      delivered.push(response.clone());
      signedOutBy.push(new URLSearchParams(body).get('logout_token') ?? '');
      return response;
    },
  });
  liar = await openLyingProvider();
  world = await openTestPortal(
    {},
    {
      providers: [
        providerAt(acme.issuer, {
          scopes: ['openid', 'profile', 'email', 'groups'],
          roles: { '*': ['analyst'] },
        }),
        providerAt(liar.issuer, { name: 'liar', title: 'Liar & Sons' }),
      ],
    },
  );
  await world.add('maria', ['admin']);
  acme.accounts.set('ada', { email: 'ada@example.test', email_verified: true, name: 'Ada' });
});
after(async () => {
  await world.close();
  await acme.close();
  await liar.close();
});

/** From the sign-in page to the provider and back, as a browser goes. */
const comeBy = async (
  visitor: Visitor,
  login = 'ada',
  browser = new Map<string, string>(),
  from = '/providers/acme/sign-in',
): Promise<Response> => {
  const sent = await visitor.get(from);
  assert.equal(sent.status, 303);
  const search = await acme.signIn(sent.headers.get('location') ?? '', login, browser);
  return visitor.get(`/providers/acme/callback${search}`, CROSS_SITE);
};

describe('signing in with a provider at the portal', () => {
  test('is offered, leads there and back to where one was going', async () => {
    const visitor = new Visitor(world.portal);
    const page = await (await visitor.get('/sign-in?return=/account')).text();
    assert.match(page, /href="\/providers\/acme\/sign-in\?return=%2Faccount">Continue with Acme</);
    assert.match(page, /Continue with Liar &amp; Sons/);
    const back = await comeBy(visitor, 'ada', new Map(), '/providers/acme/sign-in?return=/account');
    assert.equal(back.status, 303);
    assert.equal(back.headers.get('location'), '/account');
    const account = await (await visitor.get('/account')).text();
    assert.match(account, /Acme: ada@example\.test/);
  });

  test('goes nowhere else afterwards, whatever the address asks', async () => {
    const visitor = new Visitor(world.portal);
    const back = await comeBy(
      visitor,
      'ada',
      new Map(),
      '/providers/acme/sign-in?return=https%3A%2F%2Fevil.example',
    );
    assert.equal(back.headers.get('location'), '/');
  });

  test('is not begun by another site', async () => {
    const visitor = new Visitor(world.portal);
    const sent = await visitor.get('/providers/acme/sign-in', CROSS_SITE);
    assert.match(sent.headers.get('location') ?? '', /^\/sign-in\?/);
  });

  test("an answer that another browser fetched signs this one in to nobody's account", async () => {
    const attacker = new Visitor(world.portal);
    const sent = await attacker.get('/providers/acme/sign-in');
    const search = await acme.signIn(sent.headers.get('location') ?? '', 'ada');
    const victim = new Visitor(world.portal);
    await victim.get('/sign-in');
    const response = await victim.get(`/providers/acme/callback${search}`, CROSS_SITE);
    assert.equal(response.status, 403);
    assert.equal(victim.cookies.has('__Host-gatehouse-portal'), false);
  });

  test('a provider that lies gets a page with an incident, an event, and the other ways go on', async () => {
    liar.claims = (truth) => ({ ...truth, aud: 'somebody-else' });
    const visitor = new Visitor(world.portal);
    const sent = await visitor.get('/providers/liar/sign-in');
    const search = liar.signIn(sent.headers.get('location') ?? '');
    const before = world.recorded.length;
    const response = await visitor.get(`/providers/liar/callback${search}`, CROSS_SITE);
    liar.reset();
    assert.equal(response.status, 502);
    const page = await response.text();
    const incident = /<dd>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})<\/dd>/.exec(page)?.[1];
    assert.ok(incident);
    assert.doesNotMatch(page, /somebody-else|aud/);
    assert.match(page, /href="\/sign-in"/);
    const [event, ...more] = world.recorded.slice(before);
    assert.deepEqual(more, []);
    assert.equal(event?.type, 'provider.failed');
    assert.equal(event?.fields.incident, incident);
    assert.match(event?.fields.detail ?? '', /aud/);
    assert.equal(event?.fields.path, '/providers/liar/callback');
    await visitor.signIn('maria');
  });

  test('a provider that is not configured does not exist', async () => {
    const visitor = new Visitor(world.portal);
    assert.equal((await visitor.get('/providers/other/sign-in')).status, 404);
    assert.equal((await visitor.get('/providers/__proto__/callback?state=x')).status, 404);
  });
});

describe('linking on the account page', () => {
  test('goes to the provider, asks once more, and can be undone', async () => {
    await world.add('lina', ['analyst']);
    acme.accounts.set('lina-there', { email: 'lina@example.test', email_verified: true });
    const lina = await new Visitor(world.portal).signIn('lina');
    const asked = await comeBy(lina, 'lina-there', new Map(), '/account/providers/acme/link');
    const confirm = asked.headers.get('location') ?? '';
    assert.match(confirm, /^\/account\/providers\/confirm\?state=/);
    const page = await (await lina.get(confirm)).text();
    assert.match(page, /Link lina@example\.test\?/);
    const done = await lina.post('/account/providers/confirm', formOf(page, '/account/providers/confirm'));
    assert.equal(done.headers.get('location'), '/account?done=provider-linked');
    const other = new Visitor(world.portal);
    assert.equal((await comeBy(other, 'lina-there')).headers.get('location'), '/');
    const person = await world.identity.people.byName('lina');
    const [link] = await world.identity.providers.linksOf(person?.id ?? '');
    assert.ok(link);
    const unlink = `/account/links/${link.id}/unlink`;
    const maria = await new Visitor(world.portal).signIn('maria');
    assert.equal((await maria.get(unlink)).status, 404, "another person's link");
    const gone = await lina.fill(unlink, unlink, {});
    assert.equal(gone.headers.get('location'), '/account?done=provider-unlinked');
    assert.deepEqual(await world.identity.providers.linksOf(person?.id ?? ''), []);
  });
});

describe('back-channel logout', () => {
  test('ends the sessions that the provider began, and no others', async () => {
    const [first, second, own] = [new Map(), new Map(), new Visitor(world.portal)];
    const here = new Visitor(world.portal);
    const there = new Visitor(world.portal);
    await comeBy(here, 'ada', first);
    await comeBy(there, 'ada', second);
    await own.signIn('maria');
    for (const visitor of [here, there, own]) assert.equal((await visitor.get('/account')).status, 200);
    delivered = [];
    signedOutBy = [];
    await acme.signOut(first);
    assert.deepEqual(
      delivered.map(({ status }) => status),
      [200],
    );
    assert.deepEqual(await delivered[0]?.json(), { ended: 1 });
    assert.equal(delivered[0]?.headers.get('cache-control'), 'no-store');
    assert.equal((await here.get('/account')).status, 303);
    assert.equal((await there.get('/account')).status, 200, 'another session at the provider');
    assert.equal((await own.get('/account')).status, 200);
    const types = world.recorded.slice(-2).map(({ type, fields }) => [type, fields.reason]);
    assert.deepEqual(types, [
      ['provider.signed-out', undefined],
      ['session.ended', 'provider-sign-out'],
    ]);
  });

  test('takes a token once', async () => {
    const [token = ''] = signedOutBy;
    const response = await new Visitor(world.portal).post('/providers/acme/logout', { logout_token: token });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { error: 'invalid_request' });
    assert.equal(world.recorded.at(-1)?.type, 'provider.failed');
  });
});

// The clock is put forward here: what follows would come too late for the provider.
test('linking asks again for the password when the sign-in is some time ago', async () => {
  await world.add('nora', ['analyst']);
  const nora = await new Visitor(world.portal).signIn('nora');
  world.clock.advance(15 * 60_000);
  const response = await nora.get('/account/providers/acme/link');
  assert.match(response.headers.get('location') ?? '', /^\/confirm\?return=/);
  const confirm = response.headers.get('location') ?? '';
  const confirmed = await nora.fill(confirm, '/sign-in', { password: PASSWORD });
  assert.equal(confirmed.headers.get('location'), '/account/providers/acme/link');
});

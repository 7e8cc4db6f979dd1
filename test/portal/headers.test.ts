import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROUTES } from '../../src/portal/routes.ts';
import { openTestPortal, SALES, type TestPortal } from './open-portal.ts';
import { Visitor } from './visitor.ts';

let world: TestPortal;
let maria: Visitor;

before(async () => {
  world = await openTestPortal();
  await world.add('maria', ['admin']);
  maria = await new Visitor(world.portal).signIn('maria');
});
after(() => world.close());

const policyOf = (response: Response): Map<string, string> =>
  new Map(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );

test('every answer carries the headers that hold a browser back', async () => {
  const paths = [...new Set(ROUTES.map(({ path }) => path)), '/nowhere', '/people/per_unknown'];
  for (const path of paths) {
    for (const visitor of [maria, new Visitor(world.portal)]) {
      const response = await visitor.get(path);
      const policy = policyOf(response);
      assert.equal(policy.get('default-src'), "'none'", path);
      assert.equal(policy.get('script-src'), "'self'");
      assert.equal(policy.get('style-src'), "'self'");
      assert.equal(policy.get('base-uri'), "'none'");
      assert.equal(policy.get('frame-ancestors'), "'none'");
      assert.ok(policy.get('form-action')?.startsWith("'self'"));
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(response.headers.get('x-frame-options'), 'DENY');
      assert.equal(response.headers.get('referrer-policy'), 'same-origin');
      assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
      assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin');
      assert.match(response.headers.get('permissions-policy') ?? '', /camera=\(\)/);
      assert.equal(response.headers.get('cache-control'), 'no-store', path);
    }
  }
});

test('a form may lead to the app that is asked for, and to no other', async () => {
  const stranger = new Visitor(world.portal);
  const plain = await stranger.get('/sign-in');
  assert.equal(policyOf(plain).get('form-action'), "'self'");
  const toApp = await stranger.get(`/enter?app=sales&challenge=${'A'.repeat(43)}`);
  assert.equal(policyOf(toApp).get('form-action'), `'self' ${SALES}`);
});

test('pages have nothing inline that the policy would have to allow', async () => {
  for (const path of ['/', '/account', '/people', '/people/new', '/change-password', '/sign-out']) {
    const page = await (await maria.get(path)).text();
    assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|<base/i, path);
    for (const [, address] of page.matchAll(/(?:src|href|action)="([^"]*)"/g)) {
      assert.match(address ?? '', /^(?:\/|#|https:\/\/(?:sales|clinic)\.example\.test:8443\/$)/, path);
    }
  }
});

test('style sheet, script and mark are named after their content and kept by the browser', async () => {
  const page = await (await maria.get('/')).text();
  const addresses = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, address]) => address ?? '',
  );
  assert.equal(addresses.length, 3);
  for (const address of addresses) {
    assert.match(address, /\.[A-Za-z0-9_-]{16}\.(?:css|js|svg)$/);
    const response = await maria.get(address);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    const etag = response.headers.get('etag') ?? '';
    assert.equal((await maria.get(address, { 'if-none-match': etag })).status, 304);
    assert.equal((await maria.get(address.replace(/\.[^.]+\./, '.AAAAAAAAAAAAAAAA.'))).status, 404);
  }
});

test('the end points for programs answer in JSON', async () => {
  const program = new Visitor(world.portal);
  const health = await program.get('/healthz', { accept: null });
  assert.deepEqual(await health.json(), { status: 'ok' });
  const keys = await program.get('/.well-known/jwks.json', { accept: null });
  assert.equal(keys.headers.get('content-type'), 'application/jwk-set+json');
  const set = (await keys.json()) as { keys: { kty: string; d?: string }[] };
  assert.ok(set.keys.length > 0);
  assert.ok(set.keys.every((key) => key.kty === 'EC' && key.d === undefined));
});

test('what the portal does not know is a page for people and JSON for programs', async () => {
  const page = await maria.get('/nowhere');
  assert.equal(page.status, 404);
  assert.match(await page.text(), /Nothing is here/);
  const json = await maria.get('/nowhere', { accept: 'application/json' });
  assert.equal(((await json.json()) as { error: string }).error, 'page-unknown');
});

test('a configuration that is loaded again is in force from the next request on', async () => {
  const other = await openTestPortal();
  try {
    await other.add('maria', ['admin']);
    const visitor = await new Visitor(other.portal).signIn('maria');
    assert.match(await (await visitor.get('/')).text(), /Clinic reports/);
    other.portal.reload({
      portalOrigin: 'https://gate.example.test:8443',
      apps: [],
      roles: { admin: {} },
      mayOpen: () => true,
    });
    assert.match(await (await visitor.get('/')).text(), /No app is open to you yet/);
    assert.equal((await visitor.get('/people')).status, 403);
  } finally {
    await other.close();
  }
});

test('a failure inside shows an incident and nothing else', async () => {
  const { createPortal } = await import('../../src/portal/index.ts');
  const { CONFIG } = await import('./open-portal.ts');
  const { identity } = world;
  const broken = createPortal({
    identity: {
      ...identity,
      sessions: {
        ...identity.sessions,
        find: () => Promise.reject(new TypeError('secret insides at /srv/x.ts')),
      },
    },
    config: CONFIG,
    events: { record: async (event) => void world.recorded.push(event) },
    formKey: new Uint8Array(32),
  });
  const visitor = new Visitor(broken);
  visitor.cookies.set('__Host-gatehouse-portal', 'A'.repeat(43));
  const response = await visitor.get('/account');
  const page = await response.text();
  assert.equal(response.status, 500);
  assert.doesNotMatch(page, /secret insides|srv/);
  const event = world.recorded.at(-1);
  assert.equal(event?.type, 'request.failed');
  assert.match(event?.fields.detail ?? '', /secret insides/);
  assert.ok(page.includes(event?.fields.incident ?? 'none'));
});

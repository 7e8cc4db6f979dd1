import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base64url, sha256 } from '../../src/core/index.ts';
import { openTestPortal, SALES, type TestPortal } from './open-portal.ts';
import { readRedirectCorpus } from './redirect-corpus.ts';
import { Visitor } from './visitor.ts';

let world: TestPortal;
let ana: Visitor;
const verifier = 'v'.repeat(43);
const challenge = base64url(sha256(verifier));

before(async () => {
  world = await openTestPortal();
  await world.add('maria', ['admin']);
  await world.add('ana', ['analyst']);
  ana = await new Visitor(world.portal).signIn('ana');
});
after(() => world.close());

const enter = async (query: string): Promise<{ returnTo: string; location: URL }> => {
  const response = await ana.get(`/enter?app=sales&challenge=${challenge}&${query}`);
  assert.equal(response.status, 303);
  const location = new URL(response.headers.get('location') ?? '');
  const code = location.searchParams.get('code') ?? '';
  const entered = await world.identity.handOff.redeem({
    code,
    app: 'sales',
    verifiers: [verifier],
    client: ana.client,
  });
  return { returnTo: entered?.returnTo ?? 'no session', location };
};

// CVE-2025-8066 and its kin: what an app is told to send the browser on to, for each spelling of the corpus.
test('every spelling of the corpus ends as a path of the app, or as its front page', async () => {
  for (const { spelling, verdict } of readRedirectCorpus()) {
    const { returnTo, location } = await enter(new URLSearchParams({ return: spelling }).toString());
    assert.equal(location.origin, SALES);
    assert.equal(location.pathname, '/.gatehouse/enter');
    assert.equal(returnTo, verdict === 'stays' ? spelling : '/', JSON.stringify(spelling));
    assert.equal(new URL(SALES + returnTo).origin, SALES);
  }
});

test('every spelling that fits into an address as it is does no more harm there', async () => {
  for (const { spelling } of readRedirectCorpus()) {
    if (/[#&+]/.test(spelling) || !spelling.isWellFormed()) continue;
    const { returnTo } = await enter(`return=${spelling}`);
    assert.equal(new URL(SALES + returnTo).origin, SALES, JSON.stringify(spelling));
    assert.equal(new URL(returnTo, SALES).origin, SALES, JSON.stringify(spelling));
  }
});

test('every spelling as the return of a sign-in leads to the portal itself', async () => {
  for (const { spelling } of readRedirectCorpus()) {
    const response = await ana.get(`/sign-in?${new URLSearchParams({ return: spelling })}`);
    const location = response.headers.get('location') ?? '';
    assert.equal(
      new URL(location, 'https://gate.example.test:8443').origin,
      'https://gate.example.test:8443',
    );
    assert.match(location, /^\/(?![/\\])/, JSON.stringify(spelling));
  }
});

test('a hand-off for an app that is not guarded, or without a well-formed challenge, is refused', async () => {
  const cases: [string, number][] = [
    ['', 400],
    ['app=sales', 400],
    [`challenge=${challenge}`, 400],
    [`app=sales&challenge=${challenge.slice(1)}`, 400],
    [`app=sales&challenge=${challenge}=`, 400],
    [`app=sales&app=clinic&challenge=${challenge}`, 400],
    [`app=sales&challenge=${challenge}&assurance=none`, 400],
    [`app=other&challenge=${challenge}`, 404],
    [`app=__proto__&challenge=${challenge}`, 404],
    [`app=https://evil.example&challenge=${challenge}`, 404],
  ];
  for (const [query, status] of cases) {
    const response = await ana.get(`/enter?${query}`);
    assert.equal(response.status, status, query);
    assert.equal(response.headers.get('location'), null);
  }
});

test('a hand-off that asks for a second factor is not given to who has none: adding one is offered first', async () => {
  for (const assurance of ['mfa', 'fresh-mfa']) {
    const response = await ana.get(`/enter?app=sales&challenge=${challenge}&assurance=${assurance}`);
    assert.equal(response.status, 303);
    assert.match(response.headers.get('location') ?? '', /^\/second-factor(?:\?|$)/);
  }
});

test('a hand-off that is not a page of its own is refused: frames, images, scripts, HEAD', async () => {
  const path = `/enter?app=sales&challenge=${challenge}`;
  const before = world.recorded.length;
  for (const [mode, destination] of [
    ['navigate', 'iframe'],
    ['no-cors', 'image'],
    ['cors', 'empty'],
    ['no-cors', 'script'],
  ] as const) {
    const response = await ana.get(path, {
      'sec-fetch-mode': mode ?? '',
      'sec-fetch-dest': destination ?? '',
    });
    assert.equal(response.status, 401, destination);
  }
  assert.equal((await ana.request('HEAD', path)).status, 405);
  assert.deepEqual(
    world.recorded.slice(before).filter(({ type }) => type === 'session.entered'),
    [],
  );
});

test('an answer to a failure leads nowhere by itself, so that nothing goes round in a circle', async () => {
  const stranger = new Visitor(world.portal);
  const path = `/enter?app=sales&challenge=${challenge}&return=/x`;
  const asked = await stranger.get(path);
  assert.equal(asked.status, 200, 'the sign-in is shown at the address itself');
  for (let round = 0; round < 5; round++) await stranger.get(path.replace('/x', `/${round}`));
  assert.deepEqual(
    [...stranger.cookies.keys()],
    ['__Host-gatehouse-browser'],
    'nothing piles up in the browser',
  );
  const failed = await stranger.fill(path, '/sign-in', { name: 'ana', password: 'wrong' });
  assert.equal(failed.status, 403);
  assert.equal(failed.headers.get('location'), null);
  assert.equal((await stranger.get('/enter?app=other')).headers.get('location'), null);
});

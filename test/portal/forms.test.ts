import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROUTES } from '../../src/portal/routes.ts';
import { openTestPortal, PASSWORD, PORTAL, type TestPortal } from './open-portal.ts';
import { type Extra, formOf, Visitor } from './visitor.ts';

let world: TestPortal;
let target = '';

before(async () => {
  world = await openTestPortal();
  await world.add('maria', ['admin']);
  target = await world.add('target', ['guest']);
});
after(() => world.close());

// What a provider's server sends is no form of a browser: its signed token is what lets it in, and has tests of its own.
const POSTS = ROUTES.filter(({ method, who }) => method === 'POST' && who !== 'machine');
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: string }).error;
const JSON_PLEASE = { accept: 'application/json' };

/** A manager with the tokens of both kinds of forms. */
const arrive = async (): Promise<{ visitor: Visitor; outer: string; inner: string }> => {
  const visitor = new Visitor(world.portal);
  const outer = formOf(await (await visitor.get('/sign-in')).text(), '/sign-in')['form'] ?? '';
  await visitor.signIn('maria');
  return {
    visitor,
    outer,
    inner: formOf(await (await visitor.get('/sign-out')).text(), '/sign-out')['form'] ?? '',
  };
};

// What a page of another site, of a sibling host name, or an old browser could make the visitor's browser send.
const FOREIGN: Record<string, Extra> = {
  'no Origin': { origin: null },
  'Origin null': { origin: 'null' },
  'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'a sibling host name': { origin: 'https://sales.example.test:8443', 'sec-fetch-site': 'same-site' },
  'a sibling that claims our Origin': { 'sec-fetch-site': 'same-site' },
  'another port': { origin: 'https://gate.example.test' },
  'plain HTTP': { origin: 'http://gate.example.test:8443' },
  'our Origin with a slash': { origin: `${PORTAL}/` },
  'our Origin twice': { origin: `${PORTAL}, ${PORTAL}` },
  'our Origin in capitals': { origin: PORTAL.toUpperCase() },
  'a name that begins with ours': { origin: `${PORTAL}.evil.example` },
};

for (const [what, headers] of Object.entries(FOREIGN)) {
  test(`every form from ${what} is refused before it is read`, async () => {
    const { visitor, outer, inner } = await arrive();
    for (const { path, who } of POSTS) {
      const form = who === 'anyone' ? outer : inner;
      const response = await visitor.post(
        path.replace(':id', target),
        { form },
        { ...headers, ...JSON_PLEASE },
      );
      assert.equal(response.status, 403, path);
      assert.equal(await codeOf(response), 'form-foreign', path);
    }
    assert.equal((await world.identity.people.get(target))?.disabled, false);
  });
}

test('every form without its token, or with that of somebody else, is refused', async () => {
  const { visitor, outer, inner } = await arrive();
  const other = await arrive();
  for (const { path, who } of POSTS) {
    const own = who === 'anyone' ? outer : inner;
    const wrong = [
      '',
      who === 'anyone' ? other.outer : other.inner,
      who === 'anyone' ? inner : outer,
      own.slice(0, -1),
      `${own}A`,
    ];
    for (const form of wrong) {
      const response = await visitor.post(path.replace(':id', target), { form }, JSON_PLEASE);
      assert.equal(response.status, 403, path);
      assert.equal(await codeOf(response), 'form-expired', path);
    }
    const twice = await visitor.post(path.replace(':id', target), `form=${own}&form=${own}`, JSON_PLEASE);
    assert.equal(await codeOf(twice), 'form-expired', path);
  }
  assert.equal((await visitor.get('/account')).status, 200);
});

test('a form over 16 KiB is refused, however its length is told', async () => {
  const { visitor, outer } = await arrive();
  const big = new URLSearchParams({ form: outer, name: 'x'.repeat(16_384) }).toString();
  const told = await visitor.post('/sign-in', big, JSON_PLEASE);
  assert.equal(told.status, 413);
  const lied = await visitor.post('/sign-in', big, { ...JSON_PLEASE, 'content-length': '10' });
  assert.equal(lied.status, 413);
});

test('a form is refused when it is of another type, malformed, or misses a field', async () => {
  const { visitor, outer, inner } = await arrive();
  const bodies: [string, string, Extra][] = [
    ['/sign-in', JSON.stringify({ form: outer }), { 'content-type': 'application/json' }],
    ['/sign-in', `form=${outer}`, { 'content-type': 'text/plain' }],
    ['/sign-in', `form=${outer}`, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['/sign-in', `form=${outer}`, {}],
    ['/sign-in', `form=${outer}&step=done&state=x`, {}],
    ['/sign-in', `form=${outer}&step=password&state=x&name=a&name=b&password=c`, {}],
    ['/sign-in', `form=${outer}&step=password&state=x&name=${'a'.repeat(300)}&password=c`, {}],
    ['/sign-in', `form=${outer}&${'a=1&'.repeat(201)}`, {}],
    ['/setup', `form=${outer}&token=`, {}],
    ['/account/sessions/end', `form=${inner}`, {}],
    ['/people', `form=${inner}&name=x`, {}],
    [`/people/${target}/roles`, `form=${inner}&role=root`, {}],
  ];
  for (const [path, body, headers] of bodies) {
    const response = await visitor.post(path, body, { ...headers, ...JSON_PLEASE });
    assert.equal(response.status, 400, body.slice(0, 80));
    assert.equal(await codeOf(response), 'form-invalid');
  }
});

test('bytes that are no text cannot be smuggled in as a form', async () => {
  const { visitor, outer } = await arrive();
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const request = new Request(`${PORTAL}/sign-in`, {
    method: 'POST',
    headers: { cookie, origin: PORTAL, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.concat([Buffer.from(`form=${outer}&name=`), Buffer.from([0xc3, 0x28])]),
  });
  assert.equal(await codeOf(await world.portal.fetch(request, visitor.client)), 'form-invalid');
});

test('names of fields that mean something to JavaScript are names like all others', async () => {
  const { visitor, outer } = await arrive();
  const body = `form=${outer}&__proto__=x&constructor=y&step=password&state=x&name=maria&password=${PASSWORD}`;
  const response = await visitor.post('/sign-in', body);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /Please sign in once more/);
});

test('a refusal is one event with its incident, and holds nothing that was typed', async () => {
  const { visitor, inner } = await arrive();
  const before = world.recorded.length;
  const response = await visitor.post(
    '/change-password',
    { form: inner, current: 'planted-4711', newPassword: 'planted-4712', again: 'planted-4712' },
    { origin: 'https://evil.example', ...JSON_PLEASE },
  );
  const { incident } = (await response.json()) as { incident: string };
  const events = world.recorded.slice(before);
  assert.equal(events.length, 1);
  assert.equal(events[0]?.type, 'request.refused');
  assert.equal(events[0]?.fields.incident, incident);
  assert.equal(events[0]?.fields.reason, 'form-foreign');
  assert.doesNotMatch(JSON.stringify(events), /planted/);
});

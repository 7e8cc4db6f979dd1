import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../harness/eventually.ts';
import { type MailServer, startMailServer } from '../harness/mail-server.ts';
import { openTestPortal, PASSWORD, PORTAL, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

const NEW_PASSWORD = 'quiet anvil under rain';

let world: TestPortal;
let server: MailServer;
before(async () => {
  server = await startMailServer();
  const { port, ca } = server;
  const mail = { host: 'localhost', port, tls: 'starttls', from: 'gate@example.com', ca } as const;
  world = await openTestPortal({}, { mail });
  await world.add('root', ['admin']);
});
after(async () => {
  await world.close();
  await server.close();
});

const ask = (visitor: Visitor, name: string, kind: 'reset' | 'unlock' = 'reset'): Promise<Response> =>
  visitor.fill('/forgot', '/forgot', { name, kind });

/** The path of the link in a mail. */
const linkIn = (text: string): string => {
  const link = /https:\/\/\S+\/(?:reset|unlock)\?token=[\w-]+/.exec(text)?.[0] ?? '';
  assert.ok(link.startsWith(`${PORTAL}/`), link);
  return link.slice(PORTAL.length);
};

const tried = () => world.recorded.filter(({ type }) => type === 'link.requested');
const requests = async (count: number): Promise<void> => {
  await eventually(() => tried().length === count, 10_000);
};

test('a link by e-mail sets a new password, once; the old one works until then, sessions end with it', async () => {
  await world.add('ana', ['analyst'], { email: 'ana@example.com' });
  const elsewhere = await new Visitor(world.portal).signIn('ana');
  const visitor = new Visitor(world.portal, '203.0.113.1');
  assert.match(await (await visitor.get('/sign-in')).text(), /href="\/forgot"/);
  const arrives = server.next();
  assert.match(await (await ask(visitor, ' ANA ')).text(), /If there is such an account/);
  const mail = await arrives;
  assert.deepEqual([mail.to, mail.secure], [['ana@example.com'], true]);
  const path = linkIn(mail.text);
  await new Visitor(world.portal).signIn('ana');

  const fields = { newPassword: NEW_PASSWORD, again: NEW_PASSWORD };
  assert.equal(
    (await visitor.fill(path, '/reset', fields)).headers.get('location'),
    '/sign-in?done=password-set',
  );
  assert.equal((await elsewhere.get('/account')).status, 303, 'signed out');
  await visitor.signIn('ana', NEW_PASSWORD);
  assert.equal((await new Visitor(world.portal).get(path)).status, 410);
  const text = JSON.stringify(world.recorded);
  assert.ok(!text.includes(path.split('=')[1] ?? ''), 'no event holds the token');
});

test('the answer is the same for an account that exists, one without an address, a disabled one and none', async () => {
  await world.add('bare', []);
  const gone = await world.add('gone', [], { email: 'gone@example.com' });
  await world.identity.people.disable(gone, {});
  const [before, mails] = [tried().length, server.received.length];
  const pages: string[] = [];
  for (const name of ['ana', 'bare', 'gone', 'nobody', "' or 1=1"]) {
    const response = await ask(new Visitor(world.portal, '203.0.113.2'), name);
    pages.push(`${response.status} ${response.headers.get('set-cookie')} ${await response.text()}`);
  }
  assert.equal(new Set(pages).size, 1);
  await requests(before + 5);
  assert.deepEqual(
    tried()
      .slice(before)
      .map(({ fields }) => fields.reason ?? 'taken')
      .sort(),
    ['account disabled', 'no e-mail address', 'no such account', 'no such account', 'taken'],
  );
  await eventually(() => server.received.length === mails + 1, 10_000);
});

test('a mailbox gets three links in three hours at most, and a network asks twenty times an hour', async () => {
  await world.add('bo', [], { email: 'bo@example.com' });
  const before = tried().length;
  const visitor = new Visitor(world.portal, '203.0.113.3');
  for (let i = 0; i < 6; i++) assert.equal((await ask(visitor, i % 2 ? 'BO' : 'bo')).status, 200);
  await requests(before + 6);
  await eventually(
    () => server.received.filter(({ to }) => to.includes('bo@example.com')).length === 3,
    10_000,
  );
  for (let i = 0; i < 14; i++) assert.equal((await ask(visitor, `other-${i}`)).status, 200);
  const refused = await ask(visitor, 'bo');
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
});

test('a link ends the waiting for the browser that opens it, after a click', async () => {
  await world.add('cy', [], { email: 'cy@example.com' });
  const stranger = new Visitor(world.portal, '198.51.100.1');
  for (let i = 0; i < 6; i++)
    await stranger.fill('/sign-in', '/sign-in', { name: 'cy', password: `guess ${i}` });
  const owner = new Visitor(world.portal, '203.0.113.4');
  assert.equal((await owner.fill('/sign-in', '/sign-in', { name: 'cy', password: PASSWORD })).status, 429);
  const arrives = server.next();
  await ask(owner, 'cy', 'unlock');
  const path = linkIn((await arrives).text);
  const scanner = new Visitor(world.portal, '203.0.113.99');
  assert.equal((await scanner.get(path)).status, 200, 'looking does not use it up');
  const done = await owner.fill(path, '/unlock', {});
  assert.equal(done.headers.get('location'), '/sign-in?done=unlocked');
  assert.ok(owner.cookies.has('__Host-gatehouse-known'));
  await owner.signIn('cy');
  assert.equal((await owner.get(path)).status, 410);
  assert.equal(world.recorded.filter(({ type }) => type === 'person.unlocked').length, 1);
});

test('an administrator invites by e-mail and never sees the link', async () => {
  const manager = await new Visitor(world.portal).signIn('root');
  const shown = await (await manager.get('/people/new')).text();
  const arrives = server.next();
  const added = await manager.post('/people', {
    ...formOf(shown, '/people'),
    name: 'di',
    displayName: 'Di <b>',
    email: 'di@example.com',
  });
  assert.equal(added.status, 303);
  const mail = await arrives;
  assert.match(mail.text, /Your account is called "di"/);
  const page = await (await manager.get(added.headers.get('location') ?? '')).text();
  assert.match(page, /a link is on its way/);
  const visitor = new Visitor(world.portal, '203.0.113.5');
  await visitor.fill(linkIn(mail.text), '/reset', { newPassword: NEW_PASSWORD, again: NEW_PASSWORD });
  await visitor.signIn('di', NEW_PASSWORD);

  const id = (await world.identity.people.byName('di'))?.id ?? '';
  const again = server.next();
  assert.equal((await manager.fill(`/people/${id}/invite`, `/people/${id}/invite`, {})).status, 303);
  await again;
  assert.equal(
    (await visitor.fill('/sign-in', '/sign-in', { name: 'di', password: NEW_PASSWORD })).status,
    403,
    'the old password is worthless',
  );
});

test('without mail there is no such page, and the sign-in names the administrator instead', async () => {
  const plain = await openTestPortal();
  await plain.add('root', ['admin']);
  const visitor = new Visitor(plain.portal);
  assert.equal((await visitor.get('/forgot')).status, 404);
  assert.match(await (await visitor.get('/sign-in')).text(), /An administrator can send you a link/);
  await plain.close();
});

test('a mail server that is away makes no answer late, and the log says that the message failed', async () => {
  const mail = { host: 'localhost', port: 1, tls: 'starttls', from: 'gate@example.com' } as const;
  const lonely = await openTestPortal({}, { mail });
  await lonely.add('ana', ['admin'], { email: 'ana@example.com' });
  const began = performance.now();
  assert.equal((await ask(new Visitor(lonely.portal), 'ana')).status, 200);
  assert.ok(performance.now() - began < 2_000);
  await eventually(
    () => lonely.recorded.filter(({ type }) => type === 'link.requested').length === 1,
    10_000,
  );
  await lonely.close();
  const [failed] = lonely.recorded.filter(({ type }) => type === 'message.failed');
  assert.equal(failed?.fields.target, 'e-mail: reset');
  assert.match(failed?.fields.reason ?? '', /did not take the message/);
});

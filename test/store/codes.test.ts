import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseConfig } from '../../src/config/index.ts';
import type { SignInStep } from '../../src/identity/index.ts';
import { eventually } from '../harness/eventually.ts';
import { startMailServer } from '../harness/mail-server.ts';
import { type SmsService, startSmsService } from '../harness/sms-service.ts';
import { onBothEngines, temporaryFolders } from './engines.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { openTestIdentity, type TestIdentity } from './open-identity.ts';
import { addTotp, onTheWay } from './second-factor-people.ts';

let sms: SmsService;
before(async () => {
  sms = await startSmsService();
});
after(() => sms.close());

const folder = temporaryFolders();
const problemOf = (step: SignInStep) => (step.next === 'done' ? 'done' : step.problem);
const place = () => {
  const directory = folder();
  return { directory, url: join(directory, 'gatehouse.db') };
};

const open = async (
  clock: FakeClock,
  at: { directory: string; url: string } = place(),
): Promise<TestIdentity> => {
  const codes = { mail: false, sms: { url: sms.url, json: { to: '{digits}', text: '{text}' } } };
  const settings = { regulation: { perAccount: 50, perNetwork: 1_000 } };
  const identity = await openTestIdentity(at, { clock, codes, settings });
  const ana = await identity.person('ana');
  await identity.people.setProfile(ana.id, { phone: '+44 7700 900123' }, {});
  return identity;
};

/** Ana has given the password and was sent a code. */
const asked = async (identity: TestIdentity, count = sms.received.length) => {
  const way = onTheWay(identity);
  const step = await way.known('ana');
  assert.ok(step.next === 'code', step.next);
  return { way, step, code: await sms.code(count) };
};

onBothEngines('codes by message', (engine) => {
  test('the code that was sent lets in, once; of a hundred at once with it exactly one', async () => {
    const identity = await open(fakeClock(), await engine.fresh());
    const { way, step, code } = await asked(identity);
    assert.ok(step.next === 'code' && step.prompt === '…123');
    const ways = await Promise.all(Array.from({ length: 8 }, async () => onTheWay(identity)));
    const steps = await Promise.all(ways.map((each) => each.known('ana')));
    const answers = await Promise.all([
      way.submit(step, { step: 'code', answer: code }),
      ...ways.flatMap((each, i) =>
        Array.from({ length: 3 }, () => each.submit(steps[i] ?? step, { step: 'code', answer: code })),
      ),
    ]);
    const done = answers.filter(({ next }) => next === 'done');
    assert.equal(done.length <= 1, true, `${done.length} got in`);
    await identity.close();
  });
});

test('one right answer ends in a session that says which factor it was', async () => {
  const identity = await open(fakeClock());
  const { way, step, code } = await asked(identity);
  assert.equal(problemOf(await way.submit(step, { step: 'code', answer: '000000' })), 'wrong');
  const done = await way.submit(step, { step: 'code', answer: ` ${code.slice(0, 3)} ${code.slice(3)}` });
  assert.ok(done.next === 'done');
  assert.equal(done.session.assurance, 'mfa');
  assert.equal(identity.events.of('signin.succeeded').at(-1)?.fields.factor, 'password+code');
  assert.equal(problemOf(await way.submit(step, { step: 'code', answer: code })), 'expired');
  assert.ok(!JSON.stringify(identity.events.all).includes(code), 'no event holds it');
  await identity.close();
});

test('a code is good for five tries and ten minutes; a hundred parallel guesses are five', async () => {
  const clock = fakeClock();
  const identity = await open(clock);
  const { way, code } = await asked(identity);
  const wrong = code === '111111' ? '222222' : '111111';
  const ways = await Promise.all(Array.from({ length: 10 }, async () => onTheWay(identity)));
  const steps = await Promise.all(ways.map((each) => each.known('ana')));
  await Promise.all(
    ways.flatMap((each, i) =>
      Array.from({ length: 10 }, async () =>
        each.submit(steps[i] ?? (await each.start()), { step: 'code', answer: wrong }),
      ),
    ),
  );
  const reasons = identity.events.of('signin.failed').map(({ fields }) => fields.reason);
  const tries = reasons.filter((reason) => reason === 'wrong code').length;
  const sent = sms.received.filter(({ body }) => body.includes('447700900123')).length;
  assert.ok(tries <= 5 * sent, `${tries} tries at ${sent} codes`);
  const again = await way.known('ana');
  assert.notEqual(
    (await way.submit(again, { step: 'code', answer: code })).next,
    'done',
    'the first is dead',
  );

  clock.advance(3_600_000);
  const late = await asked(identity);
  clock.advance(599_000);
  const fresh = await late.way.known('ana');
  clock.advance(2_000);
  assert.notEqual((await late.way.submit(fresh, { step: 'code', answer: late.code })).next, 'done');
  await identity.close();
});

test('another code is sent on request after half a minute, five an hour, and the one before is dead', async () => {
  const clock = fakeClock();
  const identity = await open(clock);
  const begun = sms.received.length;
  const first = await asked(identity);
  const again = (step: SignInStep) => first.way.submit(step, { step: 'switch', to: 'code' });
  let step = await again(first.step);
  assert.equal(sms.received.length, begun + 1, 'too early');
  for (let i = 2; i <= 5; i++) {
    clock.advance(31_000);
    step = await again(step);
    await eventually(() => sms.received.length === begun + i, 10_000);
  }
  clock.advance(31_000);
  step = await again(step);
  assert.ok(step.next === 'code' && step.prompt === '', 'no more for now');
  assert.equal(sms.received.length, begun + 5);
  assert.notEqual((await first.way.submit(step, { step: 'code', answer: first.code })).next, 'done');
  await identity.close();
});

test('codes are weak: whoever has an authenticator app is not asked for one, nor offered one', async () => {
  const clock = fakeClock();
  const identity = await open(clock);
  const { way, step, code } = await asked(identity);
  const done = await way.submit(step, { step: 'code', answer: code });
  assert.ok(done.next === 'done');
  await addTotp(identity, done.session, clock.now());
  const sent = sms.received.length;
  const next = await way.known('ana');
  assert.ok(next.next === 'totp');
  assert.deepEqual(next.others, ['recovery']);
  const switched = await way.submit(next, { step: 'switch', to: 'code' });
  assert.equal(switched.next, 'totp');
  assert.equal(sms.received.length, sent);
  await identity.close();
});

test('without a way to send them there are no codes, and without a number nobody is asked for one', async () => {
  const identity = await open(fakeClock());
  await identity.person('bo');
  assert.equal((await identity.attempt('bo', 'violet tram over salt')).next, 'done');
  const ana = await identity.people.byName('ana');
  assert.ok(ana);
  await identity.people.setProfile(ana.id, { phone: '' }, {});
  assert.equal((await identity.attempt('ana', 'violet tram over salt')).next, 'done');
  await assert.rejects(identity.people.setProfile(ana.id, { phone: 'call me' }, {}), {
    code: 'phone-invalid',
  });
  await identity.close();
  const plain = await openTestIdentity(place());
  const person = await plain.person('ana');
  await plain.people.setProfile(person.id, { phone: '+447700900123', email: 'ana@example.com' }, {});
  await plain.enter('ana');
  await plain.close();
});

test('codes by e-mail go to a real mail server', async () => {
  const server = await startMailServer();
  const { port, ca } = server;
  const mail = { host: 'localhost', port, tls: 'starttls', from: 'gate@example.com', ca } as const;
  const identity = await openTestIdentity(place(), { mail, codes: { mail: true } });
  const ana = await identity.person('ana');
  await identity.people.setProfile(ana.id, { email: 'ana@example.com' }, {});
  const arrives = server.next();
  const way = onTheWay(identity);
  const step = await way.known('ana');
  assert.ok(step.next === 'code' && step.prompt === 'a…@example.com');
  const code = /\b(\d{6}) is your code/.exec((await arrives).text)?.[1] ?? '';
  assert.equal((await way.submit(step, { step: 'code', answer: code })).next, 'done');
  await identity.close();
  await server.close();
});

test('the database alone tells no code: what it holds is keyed', async () => {
  const identity = await open(fakeClock());
  const { code } = await asked(identity);
  const rows = await identity.store.db.selectFrom('sent_codes').selectAll().execute();
  assert.equal(rows.length, 1);
  const { code_hash, person_id } = rows[0] ?? assert.fail('no row');
  const { createHash } = await import('node:crypto');
  for (const text of [code, `${person_id} ${code}`, person_id + code]) {
    assert.notDeepEqual(Buffer.from(code_hash), createHash('sha256').update(text).digest());
  }
  await identity.close();
});

test('the recipes of the guide make the requests that the two services document', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/codes.md'), 'utf8');
  const recipes = [...guide.matchAll(/```yaml\n(codes:[^`]*sms:[^`]*)```/g)].map((match) => match[1] ?? '');
  assert.equal(recipes.length, 2);
  const seen: { path: string; type: string; authorization: string; body: string }[] = [];
  for (const recipe of recipes) {
    const { config } = parseConfig(recipe, 'guide');
    const { sms: settings } = config.codes;
    assert.ok(settings);
    const { hostname, pathname } = new URL(settings.url);
    const { smsMessenger } = await import('../../src/identity/messages/sms.ts');
    const count = sms.received.length;
    const { password: _, authorization: __, ...rest } = settings;
    const url = `${new URL(sms.url).origin}${pathname}`;
    await smsMessenger({ ...rest, url, password: 'the-secret' }).send({
      to: '+447700900123',
      subject: '',
      text: 'Your code & more: 123456',
    });
    const request = sms.received[count] ?? assert.fail('nothing arrived');
    seen.push({
      path: hostname + request.path,
      type: request.headers['content-type'] ?? '',
      authorization: Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString(),
      body: request.body,
    });
  }
  const [form, json] = seen;
  assert.equal(form?.path, 'api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef/Messages.json');
  assert.equal(form.type, 'application/x-www-form-urlencoded');
  assert.equal(form.authorization, 'AC0123456789abcdef:the-secret');
  assert.equal(new URLSearchParams(form.body).get('To'), '+447700900123');
  assert.equal(new URLSearchParams(form.body).get('Body'), 'Your code & more: 123456');
  assert.equal(json?.path, 'api.nexmo.com/v1/messages');
  assert.equal(json.type, 'application/json');
  assert.equal(json.authorization, 'abcd1234:the-secret');
  assert.deepEqual(JSON.parse(json.body), {
    message_type: 'text',
    channel: 'sms',
    to: '447700900123',
    from: 'Gatehouse',
    text: 'Your code & more: 123456',
  });
});

test('a service that refuses, redirects, or is away is a message that failed', async () => {
  const { smsMessenger } = await import('../../src/identity/messages/sms.ts');
  const message = { to: '+447700900123', subject: '', text: 'x' };
  for (const status of [302, 401, 500]) {
    sms.status = status;
    await assert.rejects(smsMessenger({ url: sms.url, json: {} }).send(message), { code: 'message-failed' });
  }
  sms.status = 202;
  await assert.rejects(smsMessenger({ url: 'http://127.0.0.1:1/', json: {} }).send(message), {
    code: 'message-failed',
  });
});

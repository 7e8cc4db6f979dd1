import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Session, SignInStep } from '../../src/identity/index.ts';
import { type Ceremony, SoftPasskey } from '../harness/soft-passkey.ts';
import { temporaryFolders } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { FIREFOX, openTestIdentity, type TestIdentity } from './open-identity.ts';
import { addPasskey, onTheWay } from './second-factor-people.ts';

const folder = temporaryFolders();
const clock = fakeClock();
let identity: TestIdentity;
let session: Session;
let passkey: SoftPasskey;

before(async () => {
  const directory = folder();
  identity = await openTestIdentity({ url: `${directory}/gatehouse.db`, directory }, { clock });
  await identity.person('ana');
  ({ session, passkey } = await addPasskey(identity, (await identity.enter('ana')).session));
});
after(() => identity.close());

const problemOf = (step: SignInStep) => (step.next === 'done' ? 'done' : step.problem);

/** Answers the first page with a passkey alone. */
const alone = async (from: SoftPasskey, ceremony: Partial<Ceremony> = {}): Promise<SignInStep> => {
  clock.advance(1_000);
  const way = onTheWay(identity);
  const start = await way.start();
  assert.ok(start.next === 'password');
  return way.submit(start, { step: 'passkey', answer: from.get({ options: start.prompt, ...ceremony }) });
};

test('a passkey alone is a sign-in with two factors, without a name or a password', async () => {
  const done = await alone(passkey);
  assert.ok(done.next === 'done', JSON.stringify(done));
  assert.equal(done.session.person.name, 'ana');
  assert.equal(done.session.assurance, 'mfa');
  assert.deepEqual(
    done.session.factors.map(({ kind }) => kind),
    ['passkey'],
  );
});

test('after the password it is the second factor, and the page is told which ones to ask for', async () => {
  const way = onTheWay(identity);
  const asked = await way.known('ana');
  assert.ok(asked.next === 'passkey' && asked.prompt !== undefined);
  const options = JSON.parse(asked.prompt) as {
    allowCredentials: { id: string }[];
    userVerification: string;
  };
  assert.deepEqual(
    options.allowCredentials.map(({ id }) => id),
    [passkey.id.toString('base64url')],
  );
  assert.equal(options.userVerification, 'required');
  const done = await way.submit(asked, { step: 'passkey', answer: passkey.get({ options: asked.prompt }) });
  assert.equal(done.next, 'done');
});

test('an answer is refused that was made for another origin, another site, another act, or without the person', async () => {
  const lies: Partial<Ceremony>[] = [
    { origin: 'https://sales.example.test' },
    { origin: 'https://gate.example.test:8443' },
    { origin: 'https://gate.example.test.evil.test' },
    { origin: 'http://gate.example.test' },
    { rpId: 'example.test' },
    { rpId: 'evil.test' },
    { type: 'webauthn.create' },
    { verified: false },
    { options: JSON.stringify({ challenge: 'AAAA' }) },
  ];
  for (const lie of lies) assert.equal(problemOf(await alone(passkey, lie)), 'wrong', JSON.stringify(lie));
  assert.equal((await alone(passkey)).next, 'done', 'the honest one still works');
});

test('a signature that was changed, another key and a key of nobody are refused', async () => {
  const stranger = new SoftPasskey('https://gate.example.test');
  assert.equal(problemOf(await alone(stranger)), 'wrong');
  const way = onTheWay(identity);
  const start = await way.start();
  assert.ok(start.next === 'password');
  const answer = JSON.parse(passkey.get({ options: start.prompt })) as {
    id: string;
    response: { signature: string };
  };
  const forged = JSON.parse(stranger.get({ options: start.prompt })) as typeof answer;
  answer.response.signature = forged.response.signature;
  assert.equal(
    problemOf(await way.submit(start, { step: 'passkey', answer: JSON.stringify(answer) })),
    'wrong',
  );
  for (const text of ['', '{}', 'null', '[', JSON.stringify({ ...answer, id: 7 }), 'x'.repeat(15_000)]) {
    const other = onTheWay(identity);
    const step = await other.submit(await other.start(), { step: 'passkey', answer: text });
    assert.equal(problemOf(step), 'wrong');
  }
});

test('a counter that goes back or stands still is refused, and an alarm is recorded', async () => {
  assert.equal((await alone(passkey, { counter: 100 })).next, 'done');
  for (const counter of [100, 7, 0]) {
    const before = identity.events.of('passkey.copied').length;
    assert.equal(problemOf(await alone(passkey, { counter })), 'wrong', `${counter}`);
    assert.equal(identity.events.of('passkey.copied').length, before + 1);
  }
  passkey.counter = 100;
  assert.equal((await alone(passkey)).next, 'done');
});

test('an authenticator that keeps no counter works again and again', async () => {
  const added = await addPasskey(identity, session, 'Synced');
  added.passkey.counter = 0;
  for (let i = 0; i < 3; i++) assert.equal((await alone(added.passkey, { counter: 0 })).next, 'done');
  const { passkeys } = await identity.factors.of(session.person.id);
  const synced = passkeys.find(({ name }) => name === 'Synced');
  assert.ok(await identity.factors.removePasskey(added.session, synced?.id ?? '', FIREFOX));
});

test('one answer counts once, at the sign-in and as a second factor, of any number at once', async () => {
  clock.advance(1_000);
  const way = onTheWay(identity);
  const start = await way.start();
  assert.ok(start.next === 'password');
  const answer = passkey.get({ options: start.prompt });
  const tries = Array.from({ length: 20 }, () => way.submit(start, { step: 'passkey', answer }));
  assert.equal((await Promise.all(tries)).filter(({ next }) => next === 'done').length, 1);
  clock.advance(1_000);
  const asked = await way.known('ana');
  assert.ok(asked.next === 'passkey' && asked.prompt !== undefined);
  const second = passkey.get({ options: asked.prompt });
  const more = Array.from({ length: 5 }, () => way.submit(asked, { step: 'passkey', answer: second }));
  assert.equal((await Promise.all(more)).filter(({ next }) => next === 'done').length, 1);
});

test("an answer that was made for one browser's page is worth nothing on another's", async () => {
  const [one, two] = [onTheWay(identity), onTheWay(identity)];
  const [mine, other] = [await one.start(), await two.start()];
  assert.ok(mine.next === 'password' && other.next === 'password');
  const answer = passkey.get({ options: mine.prompt });
  assert.equal(problemOf(await two.submit(other, { step: 'passkey', answer })), 'wrong');
});

test('guesses that lock the account out do not lock out its passkey', async () => {
  for (let i = 0; i < 6; i++) await identity.attempt('ana', 'guess');
  assert.equal(problemOf(await identity.attempt('ana', 'guess')), 'throttled');
  assert.equal((await alone(passkey)).next, 'done');
});

test('a registration is refused for another origin, site or session, without the person, or the second time', async () => {
  const fresh = await alone(passkey);
  assert.ok(fresh.next === 'done');
  const register = async (ceremony: Partial<Ceremony>, by = fresh.session) => {
    const maker = new SoftPasskey('https://gate.example.test');
    const { enrolment, options } = await identity.factors.beginPasskey(fresh.session);
    const answer = maker.create({ options, ...ceremony });
    const input = { session: by, enrolment, answer, name: 'X', client: FIREFOX };
    return { outcome: (await identity.factors.confirmPasskey(input)).outcome, input };
  };
  const lies = [
    { origin: 'https://evil.test' },
    { rpId: 'example.test' },
    { verified: false },
    { type: 'webauthn.get' },
  ];
  for (const lie of lies) assert.equal((await register(lie)).outcome, 'wrong', JSON.stringify(lie));
  clock.advance(31_000);
  await identity.person('ben');
  const ben = await identity.enter('ben');
  assert.equal((await register({}, ben.session)).outcome, 'expired');
  const { outcome, input } = await register({});
  assert.equal(outcome, 'added');
  assert.equal((await identity.factors.confirmPasskey(input)).outcome, 'expired', 'used');
});

test('a removed passkey opens nothing, and nobody removes or renames that of another', async () => {
  const fresh = await alone(passkey);
  assert.ok(fresh.next === 'done');
  const { passkeys } = await identity.factors.of(fresh.session.person.id);
  const own = passkeys[0]?.id ?? '';
  const ben = (await identity.people.byName('ben')) ?? (await identity.person('ben'));
  clock.advance(31_000);
  const other = await identity.enter(ben.name);
  assert.equal(await identity.factors.removePasskey(other.session, own, FIREFOX), false);
  assert.equal(await identity.factors.renamePasskey(other.session, own, 'Mine', FIREFOX), false);
  assert.ok(await identity.factors.renamePasskey(fresh.session, own, '  Work\u0000 laptop ', FIREFOX));
  assert.equal((await identity.factors.of(fresh.session.person.id)).passkeys[0]?.name, 'Work laptop');
  assert.ok(identity.events.of('passkey.renamed').some(({ fields }) => fields.credential === own));
  for (const { id } of passkeys) assert.ok(await identity.factors.removePasskey(fresh.session, id, FIREFOX));
  assert.equal(problemOf(await alone(passkey)), 'wrong');
  const removed = identity.events.of('factor.removed').filter(({ outcome }) => outcome === 'success');
  assert.ok(removed.length >= passkeys.length);
});

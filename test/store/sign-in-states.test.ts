import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base64url, sha256 } from '../../src/core/index.ts';
import {
  type Person,
  type SECOND_FACTOR_KINDS,
  SIGN_IN_STEPS,
  type SignInInput,
  type SignInStep,
} from '../../src/identity/index.ts';
import { type SmsService, startSmsService } from '../harness/sms-service.ts';
import type { SoftPasskey } from '../harness/soft-passkey.ts';
import { temporaryFolders } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import {
  FIREFOX,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  openTestIdentity,
  type TestIdentity,
} from './open-identity.ts';
import { type App, addPasskey, addTotp, onTheWay } from './second-factor-people.ts';

// The table of lesson 10 (GHSA-xg6x-h9c9-2m83, GHSA-j63f-j59c-q626, CVE-2026-54730): every state of the machine with a
// right answer to every other. What is not named here has to refuse.
const ALLOWED = new Set([
  'password × password',
  'password × passkey',
  'passkey × passkey',
  'passkey × switch',
  'totp × totp',
  'totp × switch',
  'code × code',
  'code × switch',
  'recovery × recovery',
  'recovery × switch',
  'confirm-password × confirm-password',
  'change-password × change-password',
]);

type Asked = Exclude<(typeof SIGN_IN_STEPS)[number], 'done'>;
const STATES = SIGN_IN_STEPS.filter((step): step is Asked => step !== 'done');
const INPUTS = [...STATES, 'switch'] as const;

const folder = temporaryFolders();
const clock = fakeClock();
let identity: TestIdentity;
let ana: Person;
let app: App;
let passkey: SoftPasskey;
let codes: readonly string[];
let sms: SmsService;
let sentCode = '';

before(async () => {
  const directory = folder();
  const settings = { regulation: { perAccount: 100, perNetwork: 10_000 } };
  sms = await startSmsService();
  const sent = { mail: false, sms: { url: sms.url, json: { text: '{text}' } } };
  const place = { url: `${directory}/gatehouse.db`, directory };
  identity = await openTestIdentity(place, { clock, settings, codes: sent });
  ana = await identity.person('ana');
  const { session } = await identity.enter('ana');
  const totp = await addTotp(identity, session, clock.now());
  app = totp.app;
  codes = totp.recovery ?? [];
  ({ passkey } = await addPasskey(identity, totp.session));
  await identity.sessions.endAll(ana.id, 'revoked', FIREFOX);
  await identity.person('plain');
  const phoned = await identity.person('phoned');
  await identity.people.setProfile(phoned.id, { phone: '+447700900123' }, {});
});
after(async () => {
  await identity.close();
  await sms.close();
});

interface Arrived {
  way: ReturnType<typeof onTheWay>;
  step: SignInStep;
  person: Person;
  /** Token of the session that was there before. */
  token?: string;
}

const switchTo = async (to: (typeof SECOND_FACTOR_KINDS)[number]): Promise<Arrived> => {
  const way = onTheWay(identity);
  const known = await way.known('ana');
  return { way, person: ana, step: await way.submit(known, { step: 'switch', to }) };
};

/** How somebody comes to stand in each state. */
const ARRIVE: Readonly<Record<Asked, () => Promise<Arrived>>> = {
  password: async () => {
    const way = onTheWay(identity);
    return { way, person: ana, step: await way.start() };
  },
  passkey: () => switchTo('passkey'),
  totp: () => switchTo('totp'),
  code: async () => {
    // Out of the hour in which no more codes are sent.
    clock.advance(3_600_000);
    const way = onTheWay(identity);
    const count = sms.received.length;
    const step = await way.known('phoned');
    sentCode = await sms.code(count);
    const person = await identity.people.byName('phoned');
    assert.ok(person);
    return { way, step, person };
  },
  recovery: () => switchTo('recovery'),
  'confirm-password': async () => {
    const { session, token } = await identity.enter('plain');
    const way = onTheWay(identity);
    const step = await identity.signIn.stepUp({ session, browser: way.browser });
    return { way, step, token, person: session.person };
  },
  'change-password': async () => {
    const reset = await identity.people.resetPassword(ana.id, 'temporary', {});
    assert.ok(reset.kind === 'temporary');
    const way = onTheWay(identity);
    const known = await way.known('ana', reset.password);
    clock.advance(30_000);
    const totp = await way.submit(known, { step: 'switch', to: 'totp' });
    const step = await way.submit(totp, { step: 'totp', answer: app(clock.now()) });
    return { way, step, person: ana };
  },
};

/** What would be right if it were asked. */
const rightAnswer = (input: (typeof INPUTS)[number], step: SignInStep): SignInInput => {
  const prompt = 'prompt' in step && step.prompt?.startsWith('{') ? step.prompt : '{"challenge":"AAAA"}';
  switch (input) {
    case 'password':
      return { step: input, name: 'ana', password: GOOD_PASSWORD };
    case 'passkey':
      return { step: input, answer: passkey.get({ options: prompt }) };
    case 'totp':
      return { step: input, answer: app(clock.now()) };
    case 'code':
      return { step: input, answer: sentCode };
    case 'recovery':
      return { step: input, answer: codes[0] ?? '' };
    case 'switch':
      return { step: input, to: step.next === 'code' ? 'code' : 'totp' };
    case 'confirm-password':
      return { step: input, password: GOOD_PASSWORD };
    case 'change-password':
      return { step: input, password: `${OTHER_PASSWORD} ${clock.now()}` };
  }
};

test('the table names only states and answers that exist', () => {
  const pairs = new Set(STATES.flatMap((state) => INPUTS.map((input) => `${state} × ${input}`)));
  assert.deepEqual(
    [...ALLOWED].filter((pair) => !pairs.has(pair)),
    [],
  );
});

for (const state of STATES) {
  for (const input of INPUTS) {
    const allowed = ALLOWED.has(`${state} × ${input}`);
    test(`in the state ${state} the answer ${input} ${allowed ? 'is taken' : 'is refused'}`, async () => {
      clock.advance(60_000);
      const { way, step, person, token } = await ARRIVE[state]();
      assert.equal(step.next, state);
      const before = (await identity.sessions.list(person.id)).length;
      const used = identity.events.of('recovery.used').length;
      const seen = identity.events.all.length;
      const answered = await way.submit(step, rightAnswer(input, step), token);
      if (allowed) {
        assert.ok(answered.next === 'done' || answered.problem === undefined, JSON.stringify(answered));
        assert.notDeepEqual([answered.next, input], [state, state], 'it went on');
        if (input === 'recovery') codes = codes.slice(1);
      } else {
        assert.ok(answered.next !== 'done', 'nobody got in');
        assert.equal(answered.next, state, 'the state stayed');
        assert.equal(answered.problem, 'out-of-order');
        assert.equal((await identity.sessions.list(person.id)).length, before);
        assert.equal(identity.events.of('recovery.used').length, used, 'nothing was used up');
        assert.equal(identity.events.all.length, seen);
      }
      if (state !== 'password') {
        const { state: text } = step as SignInStep & { state: string };
        assert.equal(await identity.sessions.find(text, undefined), undefined, 'a state is no session');
      }
      if (state === 'change-password') {
        await identity.people.resetPassword(ana.id, 'link', {});
      }
      await identity.passwords.set(ana.id, GOOD_PASSWORD, { mustChange: false }, {});
    });
  }
}

test('what was begun to raise one session raises no other, and none that has ended', async () => {
  clock.advance(60_000);
  const [one, two] = [await identity.enter('plain'), await identity.enter('plain')];
  const way = onTheWay(identity);
  const step = await identity.signIn.stepUp({ session: one.session, browser: way.browser });
  const input = { step: 'confirm-password', password: GOOD_PASSWORD } as const;
  for (const token of [two.token, undefined, 'A'.repeat(43)]) {
    const answered = await way.submit(step, input, token);
    assert.ok(answered.next === 'password' && answered.problem === 'expired');
  }
  await identity.sessions.end(one.session.person.id, one.session.id, 'sign-out', FIREFOX);
  const ended = await way.submit(step, input, one.token);
  assert.ok(ended.next === 'password' && ended.problem === 'expired');
});

test('a session that rises takes the sessions of its apps along', async () => {
  clock.advance(60_000);
  const { session, token } = await identity.enter('plain');
  const verifier = 'v'.repeat(43);
  const challenge = base64url(sha256(verifier));
  const code = await identity.handOff.issue({ session, app: 'sales', challenge, returnTo: '/' });
  const child = await identity.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client: FIREFOX });
  assert.ok(child);
  assert.equal((await identity.sessions.find(child.token, 'sales'))?.assurance, 'password');
  await addTotp(identity, session, clock.now());
  const risen = await identity.sessions.find(child.token, 'sales');
  assert.equal(risen?.assurance, 'mfa');
  assert.equal(risen?.mfaAt, clock.now());
  assert.equal(await identity.sessions.find(token, undefined), undefined);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SIGN_IN_STEPS, type SignInStepName } from '../../src/identity/index.ts';
import { ROUTES } from '../../src/portal/routes.ts';
import { type SmsService, startSmsService } from '../harness/sms-service.ts';
import { addSecondFactors } from './guarded-person.ts';
import { openTestPortal, PASSWORD, type TestPortal } from './open-portal.ts';
import { formOf, Visitor } from './visitor.ts';

// Every end point of the router by every state that a visitor can be in (GHSA-xg6x-h9c9-2m83, GHSA-j63f-j59c-q626,
// CVE-2026-54730). What is not named here as allowed must refuse, and so must every end point that is added.
const ANYONE = [
  'GET /sign-in',
  'POST /sign-in',
  'GET /setup',
  'POST /setup',
  'GET /reset',
  'POST /reset',
  'GET /forgot',
  'POST /forgot',
  'GET /unlock',
  'POST /unlock',
  'GET /enter',
  'GET /providers/:name/sign-in',
  'GET /providers/:name/callback',
  'POST /providers/:name/logout',
  'GET /healthz',
  'GET /.well-known/jwks.json',
  'GET /assets/:file',
];
const PERSON = [
  ...ANYONE,
  'GET /',
  'GET /account',
  'POST /account/sessions/end',
  'GET /account/providers/:name/link',
  'GET /account/providers/confirm',
  'POST /account/providers/confirm',
  'GET /account/links/:id/unlink',
  'POST /account/links/:id/unlink',
  'GET /change-password',
  'POST /change-password',
  'GET /confirm',
  'GET /second-factor',
  'GET /second-factor/app',
  'POST /second-factor/app',
  'GET /second-factor/app/remove',
  'POST /second-factor/app/remove',
  'GET /second-factor/passkey',
  'POST /second-factor/passkey',
  'POST /second-factor/passkey/:id/name',
  'GET /second-factor/passkey/:id/remove',
  'POST /second-factor/passkey/:id/remove',
  'GET /second-factor/recovery',
  'POST /second-factor/recovery',
  'GET /sign-out',
  'POST /sign-out',
  'POST /sign-out/everywhere',
];
const MANAGER = [
  ...PERSON,
  'GET /rules',
  'GET /rules/:app',
  'GET /guards/:app',
  'POST /guards/:app/policy',
  'GET /findings',
  'POST /findings/shields',
  'GET /people',
  'GET /people/new',
  'POST /people',
  'GET /people/:id',
  'POST /people/:id/roles',
  'POST /people/:id/enable',
  'GET /people/:id/disable',
  'POST /people/:id/disable',
  'GET /people/:id/reset',
  'POST /people/:id/reset',
  'GET /people/:id/invite',
  'POST /people/:id/invite',
  'POST /people/:id/unlock',
  'GET /people/:id/reset-factors',
  'POST /people/:id/reset-factors',
  'GET /people/:id/sign-out',
  'POST /people/:id/sign-out',
];

let world: TestPortal;
let sms: SmsService;
let unset: TestPortal;
let setUpToken = '';
let target = '';
let count = 0;

const SESSION = '__Host-gatehouse-portal';
const stranger = (portal = world.portal) =>
  new Visitor(portal, `198.${18 + (count >> 8)}.${count++ & 255}.7`);
const formTokenOf = async (visitor: Visitor, page: string, action: string): Promise<string> =>
  formOf(await (await visitor.get(page)).text(), action)['form'] ?? '';

/** A visitor with the form tokens that one can have come by: of the pages before the sign-in, and of those behind it. */
interface Arrival {
  visitor: Visitor;
  outer: string;
  inner: string;
}

interface State {
  allowed: readonly string[];
  arrive(): Promise<Arrival>;
}

const outside = async (): Promise<Arrival> => {
  const visitor = stranger();
  const outer = await formTokenOf(visitor, '/sign-in', '/sign-in');
  return { visitor, outer, inner: outer };
};

const inside = async (name: string): Promise<Arrival> => {
  const { visitor, outer } = await outside();
  await visitor.signIn(name);
  return { visitor, outer, inner: await formTokenOf(visitor, '/sign-out', '/sign-out') };
};

/** On the way through a sign-in: with the state itself for a session, since it must not be one. */
const underWay = async (name: string, switchTo?: string): Promise<Arrival> => {
  const visitor = stranger();
  const asked = await visitor.fill('/sign-in', '/sign-in', { name, password: PASSWORD });
  let form = formOf(await asked.text(), '/sign-in');
  if (switchTo !== undefined) {
    const { form: token = '', state = '' } = form;
    const switched = await visitor.post('/sign-in', { form: token, state, step: 'switch', to: switchTo });
    form = formOf(await switched.text(), '/sign-in');
    assert.equal(form['step'], switchTo);
  }
  visitor.cookies.set(SESSION, form['state'] ?? '');
  const outer = form['form'] ?? '';
  return { visitor, outer, inner: outer };
};

/** Every state of the sign-in machine; one that is added has to be added here, or nothing compiles. */
const SIGN_IN: Readonly<Record<SignInStepName, State>> = {
  password: { allowed: ANYONE, arrive: () => outside() },
  passkey: { allowed: ANYONE, arrive: () => underWay('guarded') },
  totp: { allowed: ANYONE, arrive: () => underWay('guarded', 'totp') },
  code: { allowed: ANYONE, arrive: () => underWay('phoned') },
  recovery: { allowed: ANYONE, arrive: () => underWay('guarded', 'recovery') },
  'change-password': { allowed: ANYONE, arrive: () => underWay('unfinished') },
  'confirm-password': {
    allowed: PERSON,
    arrive: async () => {
      const arrived = await inside('ana');
      const token = arrived.visitor.cookies.get(SESSION) ?? '';
      const session = await world.identity.sessions.find(token, undefined);
      assert.ok(session);
      const browser = arrived.visitor.cookies.get('__Host-gatehouse-browser') ?? '';
      const step = await world.identity.signIn.stepUp({ session, browser });
      assert.equal(step.next, 'confirm-password');
      return arrived;
    },
  },
  done: { allowed: MANAGER, arrive: () => inside('maria') },
};

const STATES: Record<string, State> = {
  ...Object.fromEntries(SIGN_IN_STEPS.map((step) => [`the sign-in state ${step}`, SIGN_IN[step]])),
  'before set-up': {
    allowed: ANYONE,
    arrive: async () => {
      const visitor = stranger(unset.portal);
      const outer = await formTokenOf(visitor, `/setup?token=${setUpToken}`, '/setup');
      return { visitor, outer, inner: outer };
    },
  },
  'a stranger': { allowed: ANYONE, arrive: () => outside() },
  'a session that was made up': {
    allowed: ANYONE,
    arrive: async () => {
      const arrived = await outside();
      arrived.visitor.cookies.set(SESSION, 'A'.repeat(43));
      return arrived;
    },
  },
  "the session of an app's origin": {
    allowed: ANYONE,
    arrive: async () => {
      const arrived = await inside('maria');
      const { visitor } = arrived;
      const verifier = 'v'.repeat(43);
      const challenge = Buffer.from(
        await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)),
      ).toString('base64url');
      const handed = await visitor.get(
        `/enter?${new URLSearchParams({ app: 'sales', challenge, return: '/' })}`,
      );
      const code = new URL(handed.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const { client } = visitor;
      const child = await world.identity.handOff.redeem({
        code,
        app: 'sales',
        verifiers: [verifier],
        client,
      });
      assert.ok(child, 'the code opens at the app');
      visitor.cookies.set(SESSION, child.token);
      return arrived;
    },
  },
  'signed out': {
    allowed: ANYONE,
    arrive: async () => {
      const arrived = await inside('maria');
      const kept = [...arrived.visitor.cookies];
      await arrived.visitor.post('/sign-out', { form: arrived.inner });
      for (const [cookie, value] of kept) arrived.visitor.cookies.set(cookie, value);
      return arrived;
    },
  },
  'disabled since the sign-in': {
    allowed: ANYONE,
    arrive: async () => {
      const name = `disabled${count++}`;
      const id = await world.add(name, ['admin']);
      const arrived = await inside(name);
      await world.identity.people.disable(id, {});
      return arrived;
    },
  },
  'manager no longer since the sign-in': {
    allowed: ANYONE,
    arrive: async () => {
      const name = `demoted${count++}`;
      const id = await world.add(name, ['admin']);
      const arrived = await inside(name);
      await world.identity.people.setRoles(id, ['analyst'], {});
      return arrived;
    },
  },
  'a person': { allowed: PERSON, arrive: () => inside('ana') },
  'a person without any role': { allowed: PERSON, arrive: () => inside('noroles') },
  'a manager': { allowed: MANAGER, arrive: () => inside('maria') },
};

/** Turned away: 401, 403, or off to the sign-in. */
const isRefused = (response: Response): boolean => {
  const location = response.headers.get('location') ?? '';
  return (
    [401, 403].includes(response.status) || location === '/sign-in' || location.startsWith('/sign-in?return=')
  );
};

before(async () => {
  sms = await startSmsService();
  const codes = { mail: false, sms: { url: sms.url, json: { text: '{text}' } } };
  [world, unset] = await Promise.all([openTestPortal({}, { codes }), openTestPortal()]);
  const phoned = await world.add('phoned', ['admin']);
  await world.identity.people.setProfile(phoned, { phone: '+447700900123' }, {});
  setUpToken = (await unset.identity.setup.begin()) ?? '';
  await world.add('maria', ['admin']);
  await world.add('ana', ['analyst']);
  await world.add('noroles', []);
  target = await world.add('target', ['guest']);
  await world.add('unfinished', ['admin'], { mustChangePassword: true });
  await addSecondFactors(world, 'guarded', ['admin']);
});
after(async () => {
  await Promise.all([world.close(), unset.close()]);
  await sms.close();
});

test('the table names only end points that exist', () => {
  const known = ROUTES.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    MANAGER.filter((name) => !known.includes(name)),
    [],
  );
  assert.equal(new Set(known).size, known.length);
});

for (const [name, state] of Object.entries(STATES)) {
  // Refusals change nothing, so one visitor can collect them all; where there is an answer, everybody is new.
  let refused: Arrival | undefined;
  for (const { method, path, who } of ROUTES) {
    const endPoint = `${method} ${path}`;
    const allowed = state.allowed.includes(endPoint);
    test(`${name}: ${endPoint} ${allowed ? 'answers' : 'refuses'}`, async () => {
      if (allowed) target = await world.add(`target${count++}`, ['guest']);
      const arrived = allowed ? await state.arrive() : (refused ?? (await state.arrive()));
      if (!allowed) refused = arrived;
      const { visitor, outer, inner } = arrived;
      const before = world.recorded.length;
      const at = path.replace(':id', target).replace(':app', 'sales');
      const form = { form: who === 'anyone' ? outer : inner, role: 'analyst', session: 'ses_x' };
      const response = await (method === 'GET' ? visitor.get(at) : visitor.post(at, form));
      assert.equal(isRefused(response), !allowed, `${response.status} ${response.headers.get('location')}`);
      assert.notEqual(response.status, 500);
      if (allowed) return;
      const types = world.recorded.slice(before).map(({ type }) => type);
      assert.deepEqual(
        types.filter((type) => type !== 'request.refused'),
        [],
        'nothing happened but the refusal',
      );
    });
  }
}

test('no end point answers to a method that it does not name', async () => {
  const maria = await stranger().signIn('maria');
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const methods = ROUTES.filter((route) => route.path === path).map(({ method }) => method as string);
    const others = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'GET', 'POST'].filter(
      (method) => !methods.includes(method),
    );
    for (const method of others) {
      const response = await maria.request(method, path.replace(':id', target));
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.match(response.headers.get('allow') ?? '', new RegExp(methods[0] ?? ''));
    }
  }
});

test('a session that has outlived its time is refused everywhere', async () => {
  const late = await openTestPortal();
  try {
    await late.add('maria', ['admin']);
    const visitor = await stranger(late.portal).signIn('maria');
    assert.equal((await visitor.get('/account')).status, 200);
    late.clock.advance(13 * 3_600_000);
    for (const { method, path } of ROUTES.filter(({ who }) => who !== 'anyone' && who !== 'machine')) {
      const at = path.replace(':id', 'per_x');
      assert.ok(
        isRefused(await (method === 'GET' ? visitor.get(at) : visitor.post(at, {}))),
        `${method} ${path}`,
      );
    }
  } finally {
    await late.close();
  }
});

test('programs are told 401 in JSON where a page would lead to the sign-in', async () => {
  const program = stranger();
  for (const path of ['/', '/account', '/people', `/enter?app=sales&challenge=${'A'.repeat(43)}`]) {
    const response = await program.get(path, {
      accept: 'application/json',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
    });
    assert.equal(response.status, 401, path);
    assert.equal(((await response.json()) as { error: string }).error, 'sign-in-needed');
  }
});

import type { BrowserContext, Page } from 'playwright-core';
import { keepFindings } from '../../src/cli/loop/finding-book.ts';
import { proposeShields } from '../../src/cli/loop/shield-book.ts';
import { scan } from '../../src/scan/index.ts';
import { examplePath } from '../apps/venv.ts';
import { addSecondFactors, type GuardedPerson } from './guarded-person.ts';
import { PASSWORD } from './open-portal.ts';
import type { ServedPortal } from './serve-portal.ts';

const CHALLENGE = 'A'.repeat(43);

/** A page of the portal in a state worth looking at, and how a browser gets there. */
export interface PageToSee {
  name: string;
  as: 'nobody' | 'somebody' | 'manager';
  open(page: Page, world: ServedPortal): Promise<void>;
}

const at =
  (path: string): PageToSee['open'] =>
  async (page, { origin }) => {
    await page.goto(origin + path);
  };

const submit = async (page: Page, typed: Readonly<Record<string, string>>, button: string): Promise<void> => {
  for (const [label, value] of Object.entries(typed))
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: button, exact: true }).click();
};

const personPage =
  (rest: string): PageToSee['open'] =>
  async (page, { origin, identity }) => {
    const person = await identity.people.byName('ana');
    await page.goto(`${origin}/people/${person?.id}${rest}`);
  };

const resetLink = async (world: ServedPortal): Promise<string> => {
  const person = await world.identity.people.byName('bea');
  const reset = await world.identity.people.resetPassword(person?.id ?? '', 'link', {});
  return `${world.origin}/reset?token=${reset.kind === 'link' ? reset.token : ''}`;
};

const setUp: PageToSee['open'] = async (page, { origin, identity }) => {
  await page.goto(`${origin}/setup?token=${await identity.setup.begin()}`);
};

/** Findings with shields that are proposed. */
const findings: PageToSee['open'] = async (page, { origin, loop }) => {
  const folder = examplePath('holes-flask');
  await keepFindings(loop, folder, 1, scan([folder]).findings);
  await proposeShields(loop, 'sales', []);
  await page.goto(`${origin}/findings`);
};

/** Somebody with second factors, at the second step of a sign-in. */
const secondStep =
  (then: (page: Page, person: GuardedPerson) => Promise<void> = async () => {}): PageToSee['open'] =>
  async (page, world) => {
    const person = await addSecondFactors(world, `guarded${Date.now()}`, ['analyst']);
    const { name = '' } = (await world.identity.people.get(person.id)) ?? {};
    await page.goto(`${world.origin}/sign-in`);
    await submit(page, { Name: name, Password: PASSWORD }, 'Sign in');
    await then(page, person);
  };

/** The same person, behind the sign-in. */
const guarded =
  (then: (page: Page, origin: string) => Promise<void>): PageToSee['open'] =>
  async (page, world) => {
    await secondStep(async (at, { recovery }) => {
      await at.getByRole('button', { name: 'Use a recovery code' }).click();
      await submit(at, { 'Recovery code': recovery[0] ?? '' }, 'Sign in');
      await at.waitForURL(`${world.origin}/`);
    })(page, world);
    await then(page, world.origin);
  };

/** The pages of a portal that nobody has an account at yet. */
export const PAGES_BEFORE_SET_UP: readonly PageToSee[] = [
  { name: 'set-up-needed', as: 'nobody', open: at('/') },
  { name: 'set-up', as: 'nobody', open: setUp },
  {
    name: 'set-up-refused',
    as: 'nobody',
    open: async (page, world) => {
      await setUp(page, world);
      const typed = { Name: 'maria', 'Display name': 'Maria Sousa', 'New password': 'mariasousa2026' };
      await submit(page, { ...typed, 'New password again': 'mariasousa2026' }, 'Make the account');
    },
  },
];

/** The pages that people see, failures among them. */
export const PAGES: readonly PageToSee[] = [
  { name: 'sign-in', as: 'nobody', open: at('/sign-in') },
  { name: 'sign-in-app', as: 'nobody', open: at(`/enter?app=sales&challenge=${CHALLENGE}&return=/report`) },
  {
    name: 'sign-in-wrong',
    as: 'nobody',
    open: async (page, world) => {
      await page.goto(`${world.origin}/sign-in`);
      await submit(page, { Name: 'nobody', Password: 'wrong' }, 'Sign in');
    },
  },
  {
    name: 'must-change',
    as: 'nobody',
    open: async (page, world) => {
      await page.goto(`${world.origin}/sign-in`);
      await submit(page, { Name: 'fresh', Password: PASSWORD }, 'Sign in');
      await page.getByLabel('New password', { exact: true }).fill('lantern otter');
    },
  },
  {
    name: 'reset',
    as: 'nobody',
    open: async (page, world) => void (await page.goto(await resetLink(world))),
  },
  {
    name: 'reset-refused',
    as: 'nobody',
    open: async (page, world) => {
      await page.goto(await resetLink(world));
      await submit(page, { 'New password': 'beatriz', 'New password again': 'beatriz' }, 'Set the password');
    },
  },
  { name: 'link-invalid', as: 'nobody', open: at('/reset?token=used') },
  { name: 'page-unknown', as: 'nobody', open: at('/nowhere') },
  { name: 'home', as: 'manager', open: at('/') },
  { name: 'home-nothing', as: 'somebody', open: at('/') },
  { name: 'account', as: 'manager', open: at('/account') },
  { name: 'change-password', as: 'manager', open: at('/change-password') },
  { name: 'second-step-passkey', as: 'nobody', open: secondStep() },
  {
    name: 'second-step-app',
    as: 'nobody',
    open: secondStep(async (page) => {
      await page.getByRole('button', { name: 'Use the authenticator app' }).click();
      await submit(page, { Code: '000000' }, 'Sign in');
    }),
  },
  {
    name: 'account-guarded',
    as: 'nobody',
    open: guarded(async (page, origin) => void (await page.goto(`${origin}/account`))),
  },
  {
    name: 'factor-remove',
    as: 'nobody',
    open: guarded(async (page, origin) => void (await page.goto(`${origin}/second-factor/app/remove`))),
  },
  {
    name: 'recovery-codes',
    as: 'nobody',
    open: guarded(async (page, origin) => {
      await page.goto(`${origin}/second-factor/recovery`);
      await page.getByRole('button', { name: 'Make new codes' }).click();
    }),
  },
  { name: 'second-factor', as: 'manager', open: at('/second-factor') },
  { name: 'add-app', as: 'manager', open: at('/second-factor/app') },
  {
    name: 'add-app-wrong',
    as: 'manager',
    open: async (page, { origin }) => {
      await page.goto(`${origin}/second-factor/app`);
      await submit(page, { Code: '000000' }, 'Add the app');
    },
  },
  { name: 'add-passkey', as: 'manager', open: at('/second-factor/passkey') },
  {
    name: 'confirm-password',
    as: 'manager',
    open: async (page, world) => {
      world.clock.advance(660_000);
      await page.goto(`${world.origin}/confirm?return=/account`);
      world.clock.advance(-660_000);
    },
  },
  { name: 'sign-out', as: 'manager', open: at('/sign-out') },
  { name: 'findings', as: 'manager', open: findings },
  { name: 'people', as: 'manager', open: at('/people') },
  { name: 'people-new', as: 'manager', open: at('/people/new') },
  {
    name: 'people-new-refused',
    as: 'manager',
    open: async (page, world) => {
      await page.goto(`${world.origin}/people/new`);
      await submit(page, { Name: 'ana', 'Display name': 'Ana Two' }, 'Add and make the link');
    },
  },
  {
    name: 'one-time-link',
    as: 'manager',
    open: async (page, world) => {
      await page.goto(`${world.origin}/people/new`);
      await submit(
        page,
        { Name: `new${Date.now()}`, 'Display name': 'Nadia Costa' },
        'Add and make the link',
      );
    },
  },
  { name: 'person', as: 'manager', open: personPage('') },
  { name: 'person-disable', as: 'manager', open: personPage('/disable') },
  { name: 'rules', as: 'manager', open: at('/rules') },
  {
    name: 'rules-explained',
    as: 'manager',
    open: at('/rules/sales?person=ana&method=POST&url=/admin/prices&assurance=password'),
  },
  {
    name: 'rules-problem',
    as: 'manager',
    open: at('/rules/sales?person=zoe&method=GET&url=/&assurance=mfa'),
  },
  { name: 'guards', as: 'manager', open: at('/guards/sales') },
  {
    name: 'guards-lines',
    as: 'manager',
    open: async (page, world) => {
      await page.goto(`${world.origin}/guards/sales`);
      await page.getByRole('checkbox').first().check();
      await page.getByRole('button', { name: 'Make the lines' }).click();
    },
  },
  { name: 'role-needed', as: 'somebody', open: at('/people') },
];

const NAMES = [
  ['ana', 'Ana Ferreira', 'analyst'],
  ['bea', 'Beatriz Lopes', 'analyst'],
  ['carl', 'Carl Ødegård', 'guest'],
  ['dimitra', 'Dimitra Papadopoulou-Konstantinidou', 'analyst'],
  ['emeka', 'Emeka Obi', 'admin'],
  ['farah', 'Farah Rahimi', 'guest'],
] as const;

const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
];

/** Fills a portal with people, sessions and apps that were opened. */
export const furnish = async (world: ServedPortal): Promise<void> => {
  const { identity } = world;
  await identity.people.add(
    {
      name: 'maria',
      displayName: 'Maria Sousa',
      email: 'maria@example.test',
      roles: ['admin'],
      password: PASSWORD,
    },
    {},
  );
  for (const [name, displayName, role] of NAMES) {
    await identity.people.add({ name, displayName, roles: [role], password: PASSWORD }, {});
  }
  await world.add('fresh', ['analyst'], { mustChangePassword: true });
  await identity.people.add({ name: 'noapps', displayName: 'Noa Peer', roles: [], password: PASSWORD }, {});
  const carl = await identity.people.byName('carl');
  await identity.people.disable(carl?.id ?? '', {});
  for (const [i, userAgent] of AGENTS.entries()) {
    const browser = `furnished-browser-${i}-0123456789`;
    const client = { address: `203.0.113.${40 + i}`, userAgent };
    for (const name of ['maria', 'ana']) {
      const start = await identity.signIn.start({ browser });
      if (start.next === 'done') continue;
      const done = await identity.signIn.submit({
        state: start.state,
        browser,
        client,
        input: { step: 'password', name, password: PASSWORD },
      });
      if (done.next !== 'done') continue;
      const verifier = `verifier-${i}-${'x'.repeat(32)}`;
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      const challenge = Buffer.from(digest).toString('base64url');
      const code = await identity.handOff.issue({
        session: done.session,
        app: 'sales',
        challenge,
        returnTo: '/',
      });
      await identity.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client });
    }
  }
};

const WHO = { somebody: 'noapps', manager: 'maria' } as const;

/** Who is signed in, by browser: signing in anew for every page would take most of the time. */
const signedIn = new WeakMap<BrowserContext, PageToSee['as']>();

/** Opens a page the way a person gets there. */
export const openPage = async (page: Page, toSee: PageToSee, world: ServedPortal): Promise<void> => {
  const { as } = toSee;
  const before = signedIn.get(page.context());
  if (as !== before || as === 'nobody') await page.context().clearCookies();
  signedIn.set(page.context(), as);
  if (as !== 'nobody' && as !== before) {
    await page.goto(`${world.origin}/sign-in`);
    await submit(page, { Name: WHO[as], Password: PASSWORD }, 'Sign in');
    await page.waitForURL(`${world.origin}/`);
  }
  await toSee.open(page, world);
};

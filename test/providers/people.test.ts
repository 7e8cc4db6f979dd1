import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { randomToken } from '../../src/core/index.ts';
import type { ProviderSettings } from '../../src/identity/index.ts';
import { type LyingProvider, openLyingProvider } from './lying-provider.ts';
import { type OidcProvider, openOidcProvider } from './oidc-provider.ts';
import {
  CLIENT_INFO,
  codeOf,
  openProviderIdentity,
  PORTAL,
  type ProviderIdentity,
  providerAt,
  roundTrip,
  sessionOf,
} from './open-provider-identity.ts';

const PASSWORD = 'quiet otters fold paper maps';

let acme: OidcProvider;

before(async () => {
  acme = await openOidcProvider({ portal: PORTAL });
});
after(() => acme.close());

const ada = { email: 'ada@example.test', email_verified: true, name: 'Ada L.', preferred_username: 'ada' };

/** Runs with identity of its own whose one provider has these settings. */
const withIdentity = async (
  more: Partial<ProviderSettings>,
  work: (identity: ProviderIdentity, as: (login: string) => ReturnType<typeof roundTrip>) => Promise<void>,
  issuer = acme.issuer,
): Promise<void> => {
  const scopes = ['openid', 'profile', 'email', 'groups'];
  const identity = await openProviderIdentity([providerAt(issuer, { scopes, ...more })]);
  try {
    await work(identity, (login) => roundTrip(identity, (authorize) => acme.signIn(authorize, login)));
  } finally {
    await identity.close();
  }
};

describe('somebody who comes by a provider', () => {
  test('gets an account where the configuration says so, and the same one the next time', () =>
    withIdentity({}, async (identity, as) => {
      acme.accounts.set('u1', ada);
      const { session } = sessionOf(await as('u1'));
      assert.equal(session.person.name, 'ada@example.test');
      assert.equal(session.person.displayName, 'Ada L.');
      assert.deepEqual(session.person.roles, []);
      assert.equal(session.assurance, 'password');
      const again = sessionOf(await as('u1'));
      assert.equal(again.session.person.id, session.person.id);
      const added = identity.events.of('person.added');
      assert.deepEqual(
        added.map(({ fields }) => [fields.target, fields.subject]),
        [['acme', session.person.id]],
      );
      assert.equal(identity.events.of('signin.succeeded').length, 2);
      assert.equal(identity.events.of('signin.succeeded')[0]?.fields.factor, 'provider');
    }));

  test('gets none where it does not', () =>
    withIdentity({ create: false }, async (identity, as) => {
      acme.accounts.set('u1', ada);
      assert.equal(await codeOf(as('u1')), 'provider-stranger');
      assert.deepEqual(await identity.people.list(), []);
    }));

  test('takes no name from somebody who has it', () =>
    withIdentity({}, async (identity, as) => {
      await identity.people.add({ name: 'ada@example.test', roles: ['admin'], password: PASSWORD }, {});
      acme.accounts.set('u1', ada);
      const { session } = sessionOf(await as('u1'));
      assert.equal(session.person.name, 'ada');
      assert.deepEqual(session.person.roles, []);
    }));

  test('is not let in when the account is disabled', () =>
    withIdentity({}, async (identity, as) => {
      acme.accounts.set('u1', ada);
      const { session } = sessionOf(await as('u1'));
      await identity.people.disable(session.person.id, {});
      assert.equal(await codeOf(as('u1')), 'provider-stranger');
      assert.deepEqual(await identity.sessions.list(session.person.id), []);
    }));

  test('has to have a verified address in one of the domains, where there are some', () =>
    withIdentity({ domains: ['example.test'] }, async (_identity, as) => {
      acme.accounts.set('u1', ada);
      acme.accounts.set('u2', { ...ada, email_verified: false });
      acme.accounts.set('u3', { ...ada, email: 'ada@evil-example.test' });
      acme.accounts.set('u4', { ...ada, email: 'ada@example.test.evil.test' });
      const codes = [];
      for (const login of ['u1', 'u2', 'u3', 'u4']) codes.push(await codeOf(as(login)));
      assert.deepEqual(codes, ['done', ...Array(3).fill('provider-stranger')]);
    }));
});

describe('an account with the same e-mail address', () => {
  const existing = (identity: ProviderIdentity, email = 'Ada@Example.test') =>
    identity.people.add({ name: 'ada', email, roles: ['analyst'], password: PASSWORD }, {});

  test('is left alone unless the configuration says otherwise', () =>
    withIdentity({}, async (identity, as) => {
      const person = await existing(identity);
      acme.accounts.set('u1', ada);
      assert.notEqual(sessionOf(await as('u1')).session.person.id, person.id);
    }));

  test('is linked when the address is verified, and only then', () =>
    withIdentity({ linkByEmail: true }, async (identity, as) => {
      const person = await existing(identity);
      acme.accounts.set('u2', { ...ada, email_verified: false });
      assert.notEqual(sessionOf(await as('u2')).session.person.id, person.id);
      acme.accounts.set('u1', ada);
      const { session } = sessionOf(await as('u1'));
      assert.equal(session.person.id, person.id);
      assert.deepEqual(session.person.roles, ['analyst']);
      assert.equal(identity.events.of('provider.linked').length, 1);
    }));

  test('is not handed to another account at the provider that has the address now', () =>
    withIdentity({ linkByEmail: true }, async (identity, as) => {
      await existing(identity);
      acme.accounts.set('u1', ada);
      sessionOf(await as('u1'));
      acme.accounts.set('u9', ada);
      assert.equal(await codeOf(as('u9')), 'provider-stranger');
    }));

  test('is not chosen among several', () =>
    withIdentity({ linkByEmail: true, create: false }, async (identity, as) => {
      await existing(identity);
      await identity.people.add({ name: 'eve', email: 'ada@example.test', roles: [] }, {});
      acme.accounts.set('u1', ada);
      assert.equal(await codeOf(as('u1')), 'provider-stranger');
    }));
});

describe('groups at the provider', () => {
  const roles = { data: ['analyst'], bosses: ['admin', 'analyst'], '*': ['user'] };

  test('give and take roles at each sign-in; those given here stay; other sessions end', () =>
    withIdentity({ roles }, async (identity, as) => {
      acme.accounts.set('u1', { ...ada, groups: ['data', 'unknown', '*', '__proto__'] });
      const first = sessionOf(await as('u1'));
      assert.deepEqual(first.session.person.roles, ['analyst', 'user']);
      const { id } = first.session.person;
      await identity.people.setRoles(id, ['analyst', 'user', 'guest'], {});

      acme.accounts.set('u1', { ...ada, groups: ['bosses'] });
      const second = sessionOf(await as('u1'));
      assert.deepEqual(second.session.person.roles, ['admin', 'analyst', 'guest', 'user']);

      acme.accounts.set('u1', { ...ada, groups: [] });
      const third = sessionOf(await as('u1'));
      assert.deepEqual(third.session.person.roles, ['guest', 'user']);
      assert.equal(await identity.sessions.find(second.token, undefined), undefined);
      const changes = identity.events.of('person.roles-changed').filter(({ fields }) => fields.target);
      assert.deepEqual(
        changes.map(({ fields }) => fields.roles),
        [
          ['analyst', 'user'],
          ['admin', 'analyst', 'guest', 'user'],
          ['guest', 'user'],
        ],
      );
    }));

  test('do not take a role that was given here as well', () =>
    withIdentity({ roles, linkByEmail: true }, async (identity, as) => {
      const person = await identity.people.add({ name: 'ada', email: ada.email, roles: ['analyst'] }, {});
      acme.accounts.set('u1', { ...ada, groups: ['data'] });
      sessionOf(await as('u1'));
      acme.accounts.set('u1', { ...ada, groups: [] });
      const { session } = sessionOf(await as('u1'));
      assert.equal(session.person.id, person.id);
      assert.deepEqual(session.person.roles, ['analyst', 'user']);
    }));
});

describe('linking by hand', () => {
  const enter = async (identity: ProviderIdentity, name: string) => {
    const browser = randomToken();
    const first = await identity.signIn.start({ browser });
    assert.ok(first.next === 'password');
    const input = { step: 'password', name, password: PASSWORD } as const;
    const step = await identity.signIn.submit({ state: first.state, browser, input, client: CLIENT_INFO });
    assert.ok(step.next === 'done');
    return { browser, session: step.session };
  };

  const linked = async (identity: ProviderIdentity, name: string, login: string) => {
    const { browser, session } = await enter(identity, name);
    const outcome = await roundTrip(identity, (authorize) => acme.signIn(authorize, login), {
      browser,
      link: session,
    });
    assert.ok(outcome.outcome === 'link');
    return { browser, session, state: outcome.state };
  };

  test('asks once more, in the same browser and session, and works once', () =>
    withIdentity({ create: false }, async (identity, as) => {
      await identity.people.add({ name: 'ada', roles: [], password: PASSWORD }, {});
      await identity.people.add({ name: 'eve', roles: [], password: PASSWORD }, {});
      acme.accounts.set('u1', ada);
      const { browser, session, state } = await linked(identity, 'ada', 'u1');
      assert.equal(await codeOf(as('u1')), 'provider-stranger', 'nothing is linked yet');
      const eve = await enter(identity, 'eve');
      const confirm = (by: typeof eve) =>
        codeOf(identity.providers.confirmLink({ state, ...by, client: CLIENT_INFO }));
      assert.equal(await confirm({ browser: eve.browser, session }), 'form-expired');
      const pending = await identity.providers.pendingLink({ state, browser, session });
      assert.deepEqual(pending, { title: 'Acme', account: 'ada@example.test' });
      assert.equal(await confirm({ browser, session }), 'done');
      assert.equal(await confirm({ browser, session }), 'form-expired');
      assert.equal(sessionOf(await as('u1')).session.person.id, session.person.id);
      // The account belongs to somebody now: another person cannot take it.
      const taken = roundTrip(identity, (authorize) => acme.signIn(authorize, 'u1'), {
        browser: eve.browser,
        link: eve.session,
      });
      assert.equal(await codeOf(taken), 'provider-link-taken');
    }));

  test("the state of another person's session links nothing", () =>
    withIdentity({ create: false }, async (identity) => {
      await identity.people.add({ name: 'ada', roles: [], password: PASSWORD }, {});
      await identity.people.add({ name: 'eve', roles: [], password: PASSWORD }, {});
      acme.accounts.set('u1', ada);
      const { browser, state } = await linked(identity, 'ada', 'u1');
      const { session } = await enter(identity, 'eve');
      const confirmed = identity.providers.confirmLink({ state, browser, session, client: CLIENT_INFO });
      assert.equal(await codeOf(confirmed), 'form-expired');
    }));

  test('can be undone, with the roles that came by it, but never for the last way in', () =>
    withIdentity({ roles: { '*': ['user'] } }, async (identity, as) => {
      acme.accounts.set('u1', ada);
      const { session } = sessionOf(await as('u1'));
      const { person } = session;
      const [link] = await identity.providers.linksOf(person.id);
      assert.equal(link?.account, 'ada@example.test');
      assert.equal(await codeOf(identity.providers.unlink(person, link?.id ?? '', {})), 'provider-last-way');
      assert.deepEqual((await identity.people.get(person.id))?.roles, ['user']);
      await identity.passwords.set(person.id, PASSWORD, { mustChange: false }, {});
      await identity.providers.unlink(person, link?.id ?? '', {});
      assert.deepEqual(await identity.providers.linksOf(person.id), []);
      assert.deepEqual((await identity.people.get(person.id))?.roles, []);
      assert.equal(identity.events.of('provider.unlinked').at(-1)?.outcome, 'success');
    }));
});

describe('a second factor at the provider', () => {
  let liar: LyingProvider;
  before(async () => {
    liar = await openLyingProvider();
  });
  after(() => liar.close());

  const assuranceWith = async (
    mfa: ProviderSettings['mfa'],
    claims: Record<string, unknown>,
  ): Promise<string> => {
    let assurance = '';
    liar.claims = (truth) => ({ ...truth, ...claims });
    await withIdentity(
      { mfa },
      async (identity) => {
        const { session } = sessionOf(await roundTrip(identity, (authorize) => liar.signIn(authorize)));
        assurance = session.assurance;
      },
      liar.issuer,
    );
    return assurance;
  };

  test('counts only where the configuration trusts the word for it', async () => {
    assert.equal(await assuranceWith(undefined, { amr: ['mfa'], acr: 'phrh' }), 'password');
    assert.equal(await assuranceWith({ amr: ['hwk'] }, { amr: ['mfa'] }), 'password');
    assert.equal(await assuranceWith({ amr: ['mfa'] }, { amr: ['pwd', 'mfa'] }), 'mfa');
    assert.equal(await assuranceWith({ acr: ['phrh'] }, { acr: 'phrh' }), 'mfa');
    assert.equal(await assuranceWith({ amr: ['mfa'] }, { amr: 'mfa' }), 'password');
  });
});

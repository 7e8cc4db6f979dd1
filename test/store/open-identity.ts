import assert from 'node:assert/strict';
import { type Clock, type Counters, randomToken, systemClock } from '../../src/core/index.ts';
import {
  type ClientInfo,
  type Identity,
  type IdentityOptions,
  type IdentitySettings,
  openIdentity,
  type PasswordHasher,
  type Person,
  type Session,
  type SignInStep,
} from '../../src/identity/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openVault, type Vault } from '../../src/vault/index.ts';
import type { TestPlace } from './engines.ts';
import { type RecordedEvents, recordedEvents } from './recorded-events.ts';

export const FIREFOX: ClientInfo = {
  address: '192.0.2.10',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

export const GOOD_PASSWORD = 'violet tram over salt';
export const OTHER_PASSWORD = 'quiet anvil under rain';

export interface TestIdentity extends Identity {
  store: Store;
  vault: Vault;
  events: RecordedEvents;
  /** Adds somebody with {@link GOOD_PASSWORD}. */
  person(name: string, ...roles: string[]): Promise<Person>;
  /** Signs in from a browser of its own; fails the test when that does not end in a session. */
  enter(name: string, password?: string): Promise<{ token: string; session: Session }>;
  /** One try to sign in with a password. */
  attempt(name: string, password: string, client?: ClientInfo): Promise<SignInStep>;
}

export interface TestOptions {
  clock?: Clock;
  counters?: Counters;
  hasher?: PasswordHasher;
  mail?: IdentityOptions['mail'];
  codes?: IdentityOptions['codes'];
  settings?: Partial<IdentitySettings>;
}

/** One instance of the room on a place of its own or shared with others; close it at the end. */
export const openTestIdentity = async (
  place: TestPlace,
  options: TestOptions = {},
): Promise<TestIdentity> => {
  const { clock = systemClock, counters, hasher } = options;
  const store = await openStore({ url: place.url, clock });
  const vault = await openVault({ directory: place.directory, store, clock });
  const events = recordedEvents();
  const identity = await openIdentity({
    store,
    vault,
    events,
    clock,
    settings: { issuer: 'https://gate.example.test', ...options.settings },
    ...(counters === undefined ? {} : { counters }),
    ...(hasher === undefined ? {} : { hasher }),
    mail: options.mail,
    codes: options.codes,
  });

  const attempt: TestIdentity['attempt'] = async (name, password, client = FIREFOX) => {
    const browser = randomToken();
    const first = await identity.signIn.start({ browser });
    assert.equal(first.next, 'password');
    assert.ok('state' in first);
    const input = { step: 'password', name, password } as const;
    return identity.signIn.submit({ state: first.state, browser, input, client });
  };

  return {
    ...identity,
    store,
    vault,
    events,
    attempt,
    person: (name, ...roles) => identity.people.add({ name, roles, password: GOOD_PASSWORD }, {}),
    enter: async (name, password = GOOD_PASSWORD) => {
      const step = await attempt(name, password);
      assert.equal(step.next, 'done', `${name} signs in: ${JSON.stringify(step)}`);
      assert.ok(step.next === 'done');
      return step;
    },
    close: async () => {
      await identity.close();
      await store.close();
    },
  };
};

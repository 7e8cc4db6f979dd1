import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, isGatehouseError, randomToken, systemClock } from '../../src/core/index.ts';
import {
  type ClientInfo,
  type Identity,
  openIdentity,
  type ProviderOutcome,
  type ProviderSettings,
  type Session,
} from '../../src/identity/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openVault, type Vault } from '../../src/vault/index.ts';
import { type RecordedEvents, recordedEvents } from '../store/recorded-events.ts';
import { CLIENT, SECRET } from './lying-provider.ts';

export const PORTAL = 'https://gate.example.test';
export const CLIENT_INFO: ClientInfo = { address: '192.0.2.10', userAgent: 'Firefox' };

export const providerAt = (issuer: string, more: Partial<ProviderSettings> = {}): ProviderSettings => ({
  name: 'acme',
  title: 'Acme',
  issuer,
  clientId: CLIENT,
  clientSecret: SECRET,
  scopes: ['openid', 'profile', 'email'],
  create: true,
  linkByEmail: false,
  groups: 'groups',
  roles: {},
  ...more,
});

/** Identity on a store of its own, with the browser's part of a sign-in by a provider. */
export interface ProviderIdentity extends Identity {
  store: Store;
  vault: Vault;
  events: RecordedEvents;
  /** Where its data lies. */
  directory: string;
  close(): Promise<void>;
}

export const openProviderIdentity = async (
  providers: readonly ProviderSettings[],
  clock: Clock = systemClock,
): Promise<ProviderIdentity> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-providers-'));
  const store = await openStore({ url: join(directory, 'gatehouse.db'), clock });
  const vault = await openVault({ directory, store, clock });
  const events = recordedEvents();
  const identity = await openIdentity({
    store,
    vault,
    events,
    clock,
    settings: { issuer: PORTAL, sessions: { pollInterval: 20 } },
    providers,
  });
  return {
    ...identity,
    store,
    vault,
    events,
    directory,
    close: async () => {
      await identity.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** Goes to the provider and comes back with what `there` makes of the address. */
export const roundTrip = async (
  identity: Identity,
  there: (authorize: string) => string | Promise<string>,
  more: { provider?: string; link?: Session; browser?: string; session?: Session; returnTo?: string } = {},
): Promise<ProviderOutcome> => {
  const { provider = 'acme', link, browser = randomToken(), returnTo } = more;
  const authorize = await identity.providers.begin({
    provider,
    browser,
    link,
    returnTo,
    client: CLIENT_INFO,
  });
  const search = await there(authorize);
  return identity.providers.finish({
    provider,
    search,
    browser,
    client: CLIENT_INFO,
    session: more.session ?? link,
    replaces: undefined,
  });
};

/** The code of the error that a promise ends in; `done` when it does not. */
export const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'done';
  } catch (error) {
    if (isGatehouseError(error)) return error.code;
    throw error;
  }
};

/** The session of a sign-in that ended in one. */
export const sessionOf = (outcome: ProviderOutcome): { session: Session; token: string } => {
  if (outcome.outcome !== 'sign-in' || outcome.step.next !== 'done')
    throw new TypeError(`no session: ${JSON.stringify(outcome)}`);
  return outcome.step;
};

import { GatehouseError, networkOf, randomToken } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import { actorFields, clientFields, recordThen, subjectFields } from '../record.ts';
import { raiseEpoch } from '../sessions/epochs.ts';
import type { ClientInfo, Person, Session, SignInStep, UsedFactor } from '../types.ts';
import { type ArrivalParts, checkDomain, openArrival } from './arrival.ts';
import { openBackChannel } from './back-channel.ts';
import { hadSecondFactor } from './claims.ts';
import { type IssuerClient, openIssuerClient } from './issuer-client.ts';
import { accountOf, identityOf, linkTaken, newLinkId } from './link-book.ts';
import { replaceProviderRoles } from './provider-roles.ts';
import { openProviderRequests } from './requests.ts';
import type { ProviderSettings, Providers } from './types.ts';

/** Times that one network may set out for a provider: every one takes a row for ten minutes. */
const SETTING_OUT = { capacity: 60, window: 600_000 };
/** A session may wait this long for its second factor after the provider answered. */
const PENDING = 3_600_000;

export interface ProvidersParts extends ArrivalParts {
  settings: readonly ProviderSettings[];
  /** Goes on with a sign-in whose first factor was a provider's word. */
  proceed(input: {
    browser: string;
    client: ClientInfo;
    replaces: string | undefined;
    person: Person;
    factors: readonly UsedFactor[];
    returnTo: string | undefined;
  }): Promise<SignInStep>;
}

export interface OpenProviders extends Providers {
  close(): Promise<void>;
}

const expired = (): GatehouseError =>
  new GatehouseError('form-expired', 'this answer of a provider fits no request of this browser');

/** Where a provider sends people back to. Whoever registers the portal there has to name exactly this address. */
const redirectUri = (portal: string, provider: string): string => `${portal}/providers/${provider}/callback`;

const hasWayIn = async (tx: Queries, personId: string): Promise<boolean> => {
  for (const table of ['passwords', 'passkeys', 'provider_links'] as const) {
    const row = tx.selectFrom(table).select('person_id').where('person_id', '=', personId);
    if ((await row.executeTakeFirst()) !== undefined) return true;
  }
  return false;
};

export const openProviders = (parts: ProvidersParts): OpenProviders => {
  const { ports, links, lifecycle, look, proceed } = parts;
  const { store, clock, counters, events, settings } = ports;
  const requests = openProviderRequests(ports);
  const arrival = openArrival(parts);
  const backChannel = openBackChannel(parts);
  const clients = new Map<string, IssuerClient>(
    parts.settings.map((provider) => [
      provider.name,
      openIssuerClient(provider, redirectUri(settings.issuer, provider.name), clock),
    ]),
  );

  const clientOf = (name: string): IssuerClient => {
    const client = clients.get(name);
    if (client !== undefined) return client;
    throw new GatehouseError('provider-unknown', 'there is no such provider', {
      remedy: 'Look at `providers` in the configuration.',
    });
  };

  const titleOf = (name: string): string => clients.get(name)?.settings.title ?? name;

  const linkRequest = async (state: string, browser: string, session: Session, take: boolean) => {
    const request = await requests[take ? 'take' : 'read'](state, browser, 'link');
    return request?.session === session.id && clients.has(request.provider) ? request : undefined;
  };

  return {
    offered: parts.settings.map(({ name, title }) => ({ name, title })),

    begin: async ({ provider, browser, returnTo, link, again, client }) => {
      const issuer = clientOf(provider);
      const admitted = await counters.take(`provider:begin:${networkOf(client.address)}`, SETTING_OUT);
      if (!admitted.allowed) throw new GatehouseError('throttled', 'too many sign-ins by providers');
      const { url, challenge } = await issuer.authorize(randomToken(), again ?? false);
      await requests.save(challenge.state, browser, {
        purpose: 'answer',
        provider,
        nonce: challenge.nonce,
        verifier: challenge.verifier,
        ...(returnTo === undefined ? {} : { returnTo }),
        ...(link === undefined ? {} : { session: link.id }),
      });
      return url;
    },

    finish: async ({ provider, search, browser, client, session, replaces }) => {
      const issuer = clientOf(provider);
      const state = new URLSearchParams(search).get('state') ?? '';
      const request = await requests.take(state, browser, 'answer');
      // RFC 9700 section 4.4: the answer of one provider must not count as that of another.
      if (request === undefined || request.provider !== provider) throw expired();
      const claims = await issuer.redeem(search, {
        state,
        nonce: request.nonce,
        verifier: request.verifier,
      });

      if (request.session !== undefined) {
        if (session?.id !== request.session) throw expired();
        checkDomain(claims, issuer.settings);
        const owner = await arrival.known(claims);
        if (owner !== undefined) throw linkTaken();
        const confirm = randomToken();
        const identity = identityOf(claims);
        await requests.save(confirm, browser, { purpose: 'link', provider, session: session.id, identity });
        return { outcome: 'link', state: confirm };
      }

      const { person, linkId } = await arrival.arrive(claims, issuer.settings, client);
      const via = await arrival.begin(linkId, claims, settings.sessions.absolute + PENDING);
      const at = clock.now();
      const factors: UsedFactor[] = [{ kind: 'provider', at, via }];
      if (hadSecondFactor(claims, issuer.settings.mfa)) factors.push({ kind: 'provider-mfa', at });
      const { returnTo } = request;
      const step = await proceed({ browser, client, replaces, person, factors, returnTo });
      return { outcome: 'sign-in', step };
    },

    pendingLink: async ({ state, browser, session }) => {
      const request = await linkRequest(state, browser, session, false);
      if (request === undefined) return undefined;
      return { title: titleOf(request.provider), account: accountOf(request.identity) };
    },

    confirmLink: async ({ state, browser, session, client }) => {
      const request = await linkRequest(state, browser, session, true);
      if (request === undefined) throw expired();
      const { person } = session;
      const fields = {
        actor: person.id,
        ...subjectFields(person),
        target: request.provider,
        reason: 'from the account page',
        ...clientFields(client),
      };
      await recordThen(events, 'provider.linked', fields, () =>
        store.transaction(async (tx) => {
          await links.insert(tx, newLinkId(), person.id, request.provider, request.identity);
          return true as const;
        }),
      );
    },

    linksOf: async (personId) => {
      const rows = await links.ofPerson(personId);
      return rows.map(({ id, provider, identity, created_at, last_used_at }) => ({
        id,
        provider,
        title: titleOf(provider),
        account: accountOf(identity),
        createdAt: created_at,
        lastUsedAt: last_used_at ?? undefined,
      }));
    },

    unlink: async (person, linkId, by) => {
      const row = (await links.ofPerson(person.id)).find(({ id }) => id === linkId);
      if (row === undefined) return;
      const fields = { ...actorFields(by), ...subjectFields(person), target: row.provider };
      const done = await recordThen(events, 'provider.unlinked', fields, () =>
        store.transaction(async (tx) => {
          await raiseEpoch(tx, 'changes');
          const change = await replaceProviderRoles(tx, person.id, linkId, []);
          await tx.deleteFrom('provider_links').where('id', '=', linkId).execute();
          if (!(await hasWayIn(tx, person.id))) {
            throw new GatehouseError('provider-last-way', 'nothing would be left to sign in with', {
              remedy: 'Set a password or link another provider first.',
            });
          }
          const ended =
            change === undefined ? [] : await lifecycle.endAllWithin(tx, person.id, 'roles-changed');
          return { ended };
        }),
      );
      await look();
      await lifecycle.recordEnds(done?.ended ?? [], 'roles-changed', actorFields(by));
    },

    backChannelLogout: async ({ provider, logoutToken, client }) =>
      backChannel(clientOf(provider), logoutToken, client),

    close: async () => {
      for (const { fetch } of clients.values()) await fetch.close();
    },
  };
};

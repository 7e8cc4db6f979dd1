import { type EventFields, GatehouseError, isGatehouseError, newId } from '../../core/index.ts';
import { type OpenPeople, prepareProfile } from '../people/people.ts';
import type { Ports } from '../ports.ts';
import { clientFields, recordThen, subjectFields } from '../record.ts';
import { raiseEpoch } from '../sessions/epochs.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type { ClientInfo, Person } from '../types.ts';
import { freeName, personByEmail } from './account-for.ts';
import { type Claims, verifiedEmail } from './claims.ts';
import { identityOf, type LinkBook, newLinkId } from './link-book.ts';
import { replaceProviderRoles, rolesByClaims } from './provider-roles.ts';
import type { ProviderSettings } from './types.ts';

export interface ArrivalParts {
  ports: Ports;
  people: OpenPeople;
  links: LinkBook;
  lifecycle: SessionLifecycle;
  look(): Promise<void>;
}

/** Somebody whom a provider vouched for, and whom this house knows. */
interface Arrived {
  person: Person;
  linkId: string;
}

const stranger = (why: string): GatehouseError =>
  new GatehouseError('provider-stranger', why, {
    remedy: 'Ask an administrator for an account, or link the provider from your account page.',
  });

/** @throws {GatehouseError} `provider-stranger` when the address is not one that may come in by this provider. */
export const checkDomain = (claims: Claims, { domains }: ProviderSettings): void => {
  if (domains === undefined) return;
  const email = verifiedEmail(claims);
  const domain = email?.slice(email.lastIndexOf('@') + 1);
  if (domain === undefined) throw stranger('the provider names no verified e-mail address');
  if (!domains.includes(domain)) throw stranger('the e-mail address is in none of the domains');
};

/** Finds, links or makes the account of somebody who comes from a provider, and gives it the roles of the groups. */
export const openArrival = ({ ports, people, links, lifecycle, look }: ArrivalParts) => {
  const { store, clock, events } = ports;

  const providerFields = (provider: ProviderSettings, client: ClientInfo): EventFields => ({
    target: provider.name,
    ...clientFields(client),
  });

  const link = async (
    person: Person,
    claims: Claims,
    provider: ProviderSettings,
    client: ClientInfo,
    reason: string,
  ): Promise<Arrived> => {
    const linkId = newLinkId();
    const fields = {
      actor: person.id,
      ...subjectFields(person),
      reason,
      ...providerFields(provider, client),
    };
    await recordThen(events, 'provider.linked', fields, () =>
      store.transaction(async (tx) => {
        await links.insert(tx, linkId, person.id, provider.name, identityOf(claims));
        return true as const;
      }),
    );
    return { person, linkId };
  };

  const byEmail = async (claims: Claims, provider: ProviderSettings): Promise<Person | undefined> => {
    const email = verifiedEmail(claims);
    if (!provider.linkByEmail || email === undefined) return undefined;
    const person = await personByEmail(people, email);
    if (person === undefined) return undefined;
    // An address that was given to somebody else meanwhile: the provider knows another person by it than we do.
    const others = await links.ofPerson(person.id);
    if (others.some((other) => other.provider === provider.name))
      throw stranger('the account with this e-mail address is linked to another one at the provider');
    return person;
  };

  const create = async (claims: Claims, provider: ProviderSettings, client: ClientInfo): Promise<Arrived> => {
    const profile = prepareProfile({
      name: await freeName(people, claims, provider.name, () => newId('x').slice(2, 12)),
      displayName: claims.name ?? claims.preferred_username,
      email: verifiedEmail(claims),
    });
    const [id, linkId] = [newId('per'), newLinkId()];
    const fields = {
      actor: id,
      ...subjectFields({ id, name: profile.name }),
      reason: 'came by a provider',
      ...providerFields(provider, client),
    };
    await recordThen(events, 'person.added', fields, () =>
      store.transaction(async (tx) => {
        await people.insert(tx, id, profile, []);
        await links.insert(tx, linkId, id, provider.name, identityOf(claims));
        return true as const;
      }),
    ).catch((error: unknown) => {
      // Two tabs of one newcomer: the other one made the account.
      if (isGatehouseError(error, 'store-conflict')) throw stranger('the account was made at this moment');
      throw error;
    });
    const person = await people.get(id);
    if (person === undefined) throw stranger('the account was erased at this moment');
    return { person, linkId };
  };

  const giveRoles = async (
    { person, linkId }: Arrived,
    claims: Claims,
    provider: ProviderSettings,
    client: ClientInfo,
  ): Promise<Person> => {
    const wanted = rolesByClaims(claims, provider);
    const done = await store.transaction(async (tx) => {
      await links.used(tx, linkId, identityOf(claims));
      const change = await replaceProviderRoles(tx, person.id, linkId, wanted);
      if (change === undefined) return undefined;
      await raiseEpoch(tx, 'changes');
      return { ...change, ended: await lifecycle.endAllWithin(tx, person.id, 'roles-changed') };
    });
    if (done === undefined) return person;
    await look();
    const fields = {
      ...subjectFields(person),
      roles: [...done.after],
      reason: 'groups at the provider',
      ...providerFields(provider, client),
    };
    // The roles are a provider's to give and to take: what it took is gone, whether or not the log can be written.
    await events.record({ type: 'person.roles-changed', outcome: 'success', fields });
    await lifecycle.recordEnds(done.ended, 'roles-changed', clientFields(client));
    return (await people.get(person.id)) ?? person;
  };

  const known = async (claims: Claims): Promise<Arrived | undefined> => {
    const found = await links.find(claims.iss, claims.sub);
    const person = found === undefined ? undefined : await people.get(found.personId);
    return found === undefined || person === undefined ? undefined : { person, linkId: found.id };
  };

  return {
    link,
    known,

    /** @throws {GatehouseError} `provider-stranger`, `log-unavailable`. */
    arrive: async (claims: Claims, provider: ProviderSettings, client: ClientInfo): Promise<Arrived> => {
      checkDomain(claims, provider);
      let arrived = await known(claims);
      if (arrived === undefined) {
        const person = await byEmail(claims, provider);
        if (person?.disabled) throw stranger('the account is disabled');
        if (person !== undefined)
          arrived = await link(person, claims, provider, client, 'the same verified e-mail address');
        else if (provider.create) arrived = await create(claims, provider, client);
        else throw stranger('nobody here has this account, and none is made');
      }
      if (arrived.person.disabled) throw stranger('the account is disabled');
      return { ...arrived, person: await giveRoles(arrived, claims, provider, client) };
    },

    /** Keeps the row that ties a session to what the provider began; it goes when no session can be left of it. */
    begin: async (linkId: string, claims: Claims, longest: number): Promise<string> => {
      const [id, now] = [newId('psi'), clock.now()];
      await store.transaction(async (tx) => {
        await tx
          .deleteFrom('provider_sign_ins')
          .where('created_at', '<', now - longest)
          .execute();
        await tx
          .insertInto('provider_sign_ins')
          .values({
            id,
            link_id: linkId,
            sid_index: claims.sid === undefined ? null : links.sidIndex(claims.iss, claims.sid),
            created_at: now,
          })
          .execute();
      });
      return id;
    },
  };
};

import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { GatehouseError, isGatehouseError, newId, parseJson } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import type { Claims } from './claims.ts';
import type { ProviderIdentity } from './requests.ts';

const sealedSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  email: z.string().optional(),
  name: z.string().optional(),
});

interface LinkRow {
  id: string;
  person_id: string;
  provider: string;
  sealed_identity: Uint8Array;
  created_at: number;
  last_used_at: number | null;
}

/** Which accounts at providers belong to whom. */
export interface LinkBook {
  find(issuer: string, subject: string): Promise<{ id: string; personId: string } | undefined>;
  ofPerson(personId: string): Promise<readonly (LinkRow & { identity: ProviderIdentity })[]>;
  /** Inside a transaction. @throws {GatehouseError} `provider-link-taken` when somebody has it by now. */
  insert(
    tx: Queries,
    id: string,
    personId: string,
    provider: string,
    identity: ProviderIdentity,
  ): Promise<void>;
  used(tx: Queries, id: string, identity: ProviderIdentity): Promise<void>;
  /** Keyed hash of a provider's own id of a session. */
  sidIndex(issuer: string, sid: string): Buffer;
}

/** What is kept of somebody's claims. */
export const identityOf = ({ iss, sub, email, name, preferred_username }: Claims): ProviderIdentity => {
  const shown = name ?? preferred_username;
  return {
    issuer: iss,
    subject: sub,
    ...(email === undefined ? {} : { email }),
    ...(shown === undefined ? {} : { name: shown }),
  };
};

/** How a person knows their account at a provider. */
export const accountOf = ({ email, name, subject }: ProviderIdentity): string => email ?? name ?? subject;

export const linkTaken = (): GatehouseError =>
  new GatehouseError('provider-link-taken', 'this account belongs to somebody else here', {
    remedy: 'Unlink it there first.',
  });

/** Makes an id for a link: see {@link LinkBook.insert}. */
export const newLinkId = (): string => newId('lnk');

export const openLinkBook = ({ store, vault, clock }: Ports): LinkBook => {
  const key = vault.derive('provider identity');
  const index = (...parts: readonly string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  const placeOf = (id: string) => ({ table: 'provider_links', column: 'sealed_identity', row: id });

  return {
    sidIndex: (issuer, sid) => index('sid', issuer, sid),

    find: async (issuer, subject) => {
      const row = await store.db
        .selectFrom('provider_links')
        .select(['id', 'person_id'])
        .where('identity_index', '=', index('subject', issuer, subject))
        .executeTakeFirst();
      return row === undefined ? undefined : { id: row.id, personId: row.person_id };
    },

    ofPerson: async (personId) => {
      const rows = await store.db
        .selectFrom('provider_links')
        .select(['id', 'person_id', 'provider', 'sealed_identity', 'created_at', 'last_used_at'])
        .where('person_id', '=', personId)
        .orderBy('created_at')
        .execute();
      return Promise.all(
        rows.map(async (row) => {
          const opened = await vault.open(placeOf(row.id), row.sealed_identity);
          return { ...row, identity: sealedSchema.parse(parseJson(opened.toString('utf8'))) };
        }),
      );
    },

    insert: async (tx, id, personId, provider, identity) => {
      try {
        await tx
          .insertInto('provider_links')
          .values({
            id,
            person_id: personId,
            provider,
            identity_index: index('subject', identity.issuer, identity.subject),
            sealed_identity: vault.seal(placeOf(id), JSON.stringify(identity)),
            created_at: clock.now(),
            last_used_at: null,
          })
          .execute();
      } catch (error) {
        throw isGatehouseError(error, 'store-conflict') ? linkTaken() : error;
      }
    },

    used: async (tx, id, identity) => {
      await tx
        .updateTable('provider_links')
        .set({
          last_used_at: clock.now(),
          sealed_identity: vault.seal(placeOf(id), JSON.stringify(identity)),
        })
        .where('id', '=', id)
        .execute();
    },
  };
};

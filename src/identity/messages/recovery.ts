import { createHmac } from 'node:crypto';
import { type Bucket, GatehouseError, networkOf } from '../../core/index.ts';
import { canonicalName, isAccountName } from '../people/account-name.ts';
import { findLink, type LinkPurpose, makeLink, useLink } from '../people/links.ts';
import { personUnknown } from '../people/person-rows.ts';
import type { Ports } from '../ports.ts';
import { clientFields, recordThen, subjectFields } from '../record.ts';
import type { Regulation } from '../sign-in/regulation.ts';
import type { ClientInfo, People, Person } from '../types.ts';
import type { Outbox } from './outbox.ts';
import { LINK_TEXTS } from './texts.ts';
import type { LinkKind, Messenger, Recovery } from './types.ts';

const HOUR = 3_600_000;
const LINK_VALID = 1_800_000;
/** Mails that an account gets on request, and requests of one network, existing accounts or not. */
const PER_ACCOUNT: Bucket = { capacity: 3, window: 3 * HOUR };
const PER_NETWORK: Bucket = { capacity: 20, window: HOUR };

export interface RecoveryParts {
  ports: Ports;
  people: Pick<People, 'get' | 'byName' | 'resetPassword'>;
  regulation: Pick<Regulation, 'forgive'>;
  messenger: Messenger | undefined;
  outbox: Outbox;
}

const PURPOSES: Readonly<Record<LinkKind, { purpose: LinkPurpose; path: string }>> = {
  reset: { purpose: 'mailed-reset', path: '/reset' },
  unlock: { purpose: 'unlock', path: '/unlock' },
};

export const openRecovery = ({ ports, people, regulation, messenger, outbox }: RecoveryParts): Recovery => {
  const { store, vault, clock, counters, events, settings } = ports;
  const key = vault.derive('requests for links');
  const portal = settings.issuer;

  // Counters may live in Redis: it learns neither names nor addresses.
  const bucketOf = (kind: 'account' | 'network', text: string): string =>
    `links:${kind}:${createHmac('sha256', key).update(text).digest('base64url')}`;

  const linkTo = (path: string, token: string): string => `${portal}${path}?token=${token}`;

  const whose = async (token: string): Promise<Person | undefined> => {
    const link = await findLink(store.db, 'unlock', token, clock.now());
    const person = link?.personId === undefined ? undefined : await people.get(link.personId);
    return person?.disabled === false ? person : undefined;
  };

  /** What is done for a request when nobody waits for it any more. */
  const work = async (kind: LinkKind, account: string, client: ClientInfo): Promise<void> => {
    const known = isAccountName(account) ? { account } : {};
    const note = (person: Person | undefined, reason: string | undefined) =>
      events.record({
        type: 'link.requested',
        outcome: reason === undefined ? 'success' : 'refused',
        fields: {
          ...(person === undefined ? known : subjectFields(person)),
          ...clientFields(client),
          target: kind,
          ...(reason === undefined ? {} : { reason }),
        },
      });
    const { allowed } = await counters.take(bucketOf('account', account), PER_ACCOUNT);
    if (!allowed) return void (await note(undefined, 'too many requests for the account'));
    const person = await people.byName(account);
    if (person === undefined) return void (await note(undefined, 'no such account'));
    if (person.disabled) return void (await note(person, 'account disabled'));
    const to = person.email;
    if (to === undefined || messenger === undefined) return void (await note(person, 'no e-mail address'));
    await note(person, undefined);
    const { purpose, path } = PURPOSES[kind];
    const now = clock.now();
    const token = await store.transaction((tx) =>
      makeLink(tx, { purpose, personId: person.id, now, expiresAt: now + LINK_VALID }),
    );
    const text = LINK_TEXTS[kind](person, linkTo(path, token), portal);
    const fields = { ...subjectFields(person), target: `e-mail: ${kind}` };
    await outbox.deliver(() => messenger.send({ to, ...text }), fields);
  };

  return {
    available: messenger !== undefined,

    request: async ({ kind, name, client }) => {
      const network = await counters.take(bucketOf('network', networkOf(client.address)), PER_NETWORK);
      if (!network.allowed) return { outcome: 'throttled', retryAfter: network.retryAfter };
      const taken = outbox.add(() => work(kind, canonicalName(name), client));
      return taken ? { outcome: 'taken' } : { outcome: 'busy', retryAfter: 60_000 };
    },

    invite: async (personId, by) => {
      const person = await people.get(personId);
      if (person === undefined) throw personUnknown();
      const to = person.email;
      if (messenger === undefined || to === undefined) {
        throw new GatehouseError('mail-unavailable', 'no mail can be sent to this person', {
          exposable: true,
          remedy: 'Configure mail and give the account an e-mail address, or pass the link on yourself.',
        });
      }
      const reset = await people.resetPassword(personId, 'link', by);
      if (reset.kind !== 'link') return;
      const text = LINK_TEXTS.invitation(person, linkTo('/reset', reset.token), portal);
      const fields = { ...subjectFields(person), target: 'e-mail: invitation' };
      outbox.add(() => outbox.deliver(() => messenger.send({ to, ...text }), fields));
    },

    whoseUnlock: (token) => whose(token),

    unlock: async (token, client) => {
      const person = await whose(token);
      if (person === undefined) return undefined;
      const fields = {
        actor: person.id,
        ...subjectFields(person),
        ...clientFields(client),
        reason: 'one-time link',
      };
      const done = await recordThen(events, 'person.unlocked', fields, async () => {
        const link = await store.transaction((tx) => useLink(tx, 'unlock', token, clock.now()));
        if (link === undefined) return undefined;
        await regulation.forgive(canonicalName(person.name));
        return true as const;
      });
      return done === undefined ? undefined : person;
    },
  };
};

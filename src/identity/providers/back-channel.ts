import { z } from 'zod';
import { GatehouseError, networkOf, parseJson, sha256 } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import { clientFields } from '../record.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import { type Ended, endSessions } from '../sessions/session-rows.ts';
import type { ClientInfo } from '../types.ts';
import type { IssuerClient } from './issuer-client.ts';
import type { LinkBook } from './link-book.ts';
import { type Logout, openLogoutTokens } from './logout-token.ts';

/** Tokens that one address may send in a minute: each costs a signature. */
const A_MINUTE = { capacity: 120, window: 60_000 };

const factorsSchema = z.array(z.object({ via: z.string().optional() }));

export interface BackChannelParts {
  ports: Ports;
  links: LinkBook;
  lifecycle: SessionLifecycle;
  look(): Promise<void>;
}

/** Ends what a provider began when the provider says so (OpenID Connect Back-Channel Logout 1.0). */
export const openBackChannel = ({ ports, links, lifecycle, look }: BackChannelParts) => {
  const { store, clock, counters, events } = ports;

  /** The sign-ins that the token is about: of the account, of the session there, or of both together. */
  const begun = async (issuer: string, { sub, sid }: Logout) => {
    const link = sub === undefined ? undefined : await links.find(issuer, sub);
    if (sub !== undefined && link === undefined) return [];
    let query = store.db
      .selectFrom('provider_sign_ins')
      .innerJoin('provider_links', 'provider_links.id', 'provider_sign_ins.link_id')
      .select(['provider_sign_ins.id', 'provider_links.person_id']);
    if (link !== undefined) query = query.where('provider_links.id', '=', link.id);
    if (sid !== undefined) {
      query = query.where('provider_sign_ins.sid_index', '=', links.sidIndex(issuer, sid));
    }
    return query.execute();
  };

  const end = (signIns: readonly { id: string; person_id: string }[]): Promise<Ended[]> =>
    store.transaction(async (tx) => {
      const ids = new Set(signIns.map(({ id }) => id));
      const people = [...new Set(signIns.map(({ person_id }) => person_id))];
      const sessions = await tx
        .selectFrom('sessions')
        .select(['id', 'factors'])
        .where('person_id', 'in', people)
        .where('parent_id', 'is', null)
        .where('ended_epoch', 'is', null)
        .execute();
      const theirs = sessions.filter(({ factors }) =>
        factorsSchema.parse(parseJson(factors)).some(({ via }) => via !== undefined && ids.has(via)),
      );
      await tx
        .deleteFrom('provider_sign_ins')
        .where('id', 'in', [...ids])
        .execute();
      // Whoever is between the provider and the second factor begins anew.
      await tx.deleteFrom('sign_ins').where('person_id', 'in', people).execute();
      return endSessions(
        tx,
        theirs.map(({ id }) => id),
        'provider-sign-out',
        clock.now(),
      );
    });

  const tokens = new Map<IssuerClient, ReturnType<typeof openLogoutTokens>>();

  return async (client: IssuerClient, logoutToken: string, info: ClientInfo): Promise<number> => {
    const admitted = await counters.take(`provider:logout:${networkOf(info.address)}`, A_MINUTE);
    if (!admitted.allowed) throw new GatehouseError('throttled', 'too many logout tokens from this address');
    const reader = tokens.get(client) ?? openLogoutTokens(client, clock);
    tokens.set(client, reader);
    const logout = await reader.verify(logoutToken);
    const { issuer, name } = client.settings;
    const used = sha256(JSON.stringify([issuer, logout.jti])).toString('base64url');
    if ((await counters.add(`provider:logout:${used}`, 1, reader.remember)) > 1)
      throw new GatehouseError('provider-answer-invalid', 'the logout token is refused: it was used before');
    const signIns = await begun(issuer, logout);
    const ended = signIns.length === 0 ? [] : await end(signIns);
    await look();
    const count = ended.filter(({ parent_id }) => parent_id === null).length;
    const fields = { target: name, count, ...clientFields(info) };
    await events.record({ type: 'provider.signed-out', outcome: 'success', fields });
    await lifecycle.recordEnds(ended, 'provider-sign-out', clientFields(info));
    return count;
  };
};

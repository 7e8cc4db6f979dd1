import { type EventFields, randomToken, sha256 } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import { clientFields } from '../record.ts';
import { type ClientInfo, isFirstFactor, type Session, type SessionEnd, type UsedFactor } from '../types.ts';
import { deviceName } from './device-name.ts';
import { raiseEpoch } from './epochs.ts';
import {
  type Ended,
  endSessions,
  isInTime,
  livingSessionIds,
  lockPerson,
  readSessions,
  sealClient,
  selectSessions,
} from './session-rows.ts';

// Two tabs that enter an app at once must not end each other's sessions; more than this is not a browser.
const CHILDREN_AN_APP = 3;
const KEEP_ENDED = 86_400_000;
const SWEEP_BATCH = 500;

interface NewSession {
  /** Made beforehand, so that the event of the sign-in can name it. */
  id: string;
  personId: string;
  factors: readonly UsedFactor[];
  client: ClientInfo;
  /** Id of the session that this one takes the place of. */
  replaces?: string | undefined;
}

/** Makes and ends sessions in the database; every end raises the epoch in the same transaction. */
export class SessionLifecycle {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** A portal session; undefined when the account was disabled or erased in the meantime. */
  async create(input: NewSession): Promise<{ token: string; session: Session } | undefined> {
    const { store, clock, settings } = this.#ports;
    const [token, now] = [randomToken(), clock.now()];
    const row = { ...this.#row(token, input, now), parent_id: null, app: null };
    const ended = await store.transaction(async (tx) => {
      const open = await tx
        .updateTable('people')
        .set({ last_sign_in_at: now })
        .where('id', '=', input.personId)
        .where('disabled', '=', 0)
        .returning('id')
        .executeTakeFirst();
      if (open === undefined) return undefined;
      const living = await livingSessionIds(tx, input.personId);
      const others = living.filter((other) => other !== input.replaces);
      const surplus = others.slice(0, Math.max(0, others.length - settings.sessions.perPerson + 1));
      const replaced = living.filter((other) => other === input.replaces);
      const rotated = await endSessions(tx, replaced, 'rotated', now);
      const limited = await endSessions(tx, surplus, 'limit', now);
      await tx
        .insertInto('sessions')
        .values({ ...row, expires_at: now + settings.sessions.absolute })
        .execute();
      return { rotated, limited };
    });
    if (ended === undefined) return undefined;
    await this.recordEnds(ended.rotated, 'rotated', clientFields(input.client));
    await this.recordEnds(ended.limited, 'limit', clientFields(input.client));
    const session = await this.byId(input.id);
    return session === undefined ? undefined : { token, session };
  }

  /** A child of a portal session for one app; undefined when the parent has ended. */
  async createChild(
    id: string,
    parent: Session,
    app: string,
    client: ClientInfo,
  ): Promise<{ token: string; session: Session } | undefined> {
    const { store, clock } = this.#ports;
    const [token, now] = [randomToken(), clock.now()];
    const { factors } = parent;
    const fresh = this.#row(token, { id, personId: parent.person.id, factors, client }, now);
    const row = { ...fresh, parent_id: parent.id, app };
    const ended = await store.transaction(async (tx) => {
      const siblings = await tx
        .selectFrom('sessions')
        .select('id')
        .where('parent_id', '=', parent.id)
        .where('app', '=', app)
        .where('ended_epoch', 'is', null)
        .orderBy('created_at')
        .execute();
      const surplus = siblings.slice(0, Math.max(0, siblings.length - CHILDREN_AN_APP + 1));
      const rotated = await endSessions(
        tx,
        surplus.map((sibling) => sibling.id),
        'rotated',
        now,
      );
      // Holds the parent's row: its end waits for this child and then ends it too.
      const living = await tx
        .updateTable('sessions')
        .set({ last_seen_at: now })
        .where('id', '=', parent.id)
        .where('ended_epoch', 'is', null)
        .returning('expires_at')
        .executeTakeFirst();
      if (living === undefined) return undefined;
      await tx
        .insertInto('sessions')
        .values({ ...row, expires_at: living.expires_at })
        .execute();
      return rotated;
    });
    if (ended === undefined) return undefined;
    await this.recordEnds(ended, 'rotated', clientFields(client));
    const session = await this.byId(id);
    return session === undefined ? undefined : { token, session };
  }

  /**
   * A new token, and factors added, for a session whose privilege rises; the old token is worth nothing from here on
   * (session fixation). The id stays, and with it streams and children, which rise along.
   */
  async rotate(
    sessionId: string,
    added: readonly UsedFactor[],
  ): Promise<{ token: string; session: Session } | undefined> {
    const { store } = this.#ports;
    const before = await this.byId(sessionId);
    if (before === undefined) return undefined;
    const token = randomToken();
    const kinds = new Set(added.map(({ kind }) => kind));
    const factors = [...before.factors.filter(({ kind }) => !kinds.has(kind)), ...added];
    const second = added.filter((factor) => !isFirstFactor(factor)).map(({ at }) => at);
    const mfaAt = second.length > 0 ? Math.max(...second) : (before.mfaAt ?? null);
    const changed = await store.transaction(async (tx) => {
      await raiseEpoch(tx, 'changes');
      const shown = { factors: JSON.stringify(factors), mfa_at: mfaAt };
      await tx
        .updateTable('sessions')
        .set(shown)
        .where('parent_id', '=', sessionId)
        .where('ended_epoch', 'is', null)
        .execute();
      return tx
        .updateTable('sessions')
        .set({ token_hash: sha256(token), ...shown })
        .where('id', '=', sessionId)
        .where('ended_epoch', 'is', null)
        .returning('id')
        .executeTakeFirst();
    });
    const session = changed === undefined ? undefined : await this.byId(sessionId);
    return session === undefined ? undefined : { token, session };
  }

  /** A living session whose time has not run out. */
  async byId(id: string): Promise<Session | undefined> {
    const { store, vault, clock, settings } = this.#ports;
    const rows = await selectSessions(store.db).where('sessions.id', '=', id).execute();
    const [session] = await readSessions(store.db, vault, rows);
    return session !== undefined && isInTime(session, settings.sessions.idle, clock.now())
      ? session
      : undefined;
  }

  /**
   * Ends portal sessions of a person, all but `except`, inside a transaction of the caller's; the caller records them
   * when it has committed.
   */
  async endAllWithin(tx: Queries, personId: string, why: SessionEnd, except?: string): Promise<Ended[]> {
    await lockPerson(tx, personId);
    const ids = await livingSessionIds(tx, personId);
    return endSessions(
      tx,
      ids.filter((id) => id !== except),
      why,
      this.#ports.clock.now(),
    );
  }

  /**
   * An end is never held up by the log: access goes first, then it is recorded, and the caller hears when that failed.
   * A child that ends with its parent is part of the parent's event.
   */
  async recordEnds(ended: readonly Ended[], why: SessionEnd, fields: EventFields): Promise<void> {
    const ids = new Set(ended.map(({ id }) => id));
    for (const { id, person_id, parent_id, app } of ended) {
      if (parent_id !== null && ids.has(parent_id)) continue;
      await this.#ports.events.record({
        type: 'session.ended',
        outcome: 'success',
        fields: { ...fields, subject: person_id, session: id, reason: why, ...(app === null ? {} : { app }) },
      });
    }
  }

  /** Ends what ran out of time, in batches; each end is recorded by the one instance that made it. */
  async sweep(): Promise<void> {
    const { store, clock, settings } = this.#ports;
    const now = clock.now();
    const limits = [
      { column: 'expires_at', before: now, why: 'expired' },
      { column: 'last_seen_at', before: now - settings.sessions.idle, why: 'idle' },
    ] as const;
    for (const { column, before, why } of limits) {
      const rows = await store.db
        .selectFrom('sessions')
        .select('id')
        .where('ended_epoch', 'is', null)
        .where(column, '<=', before)
        .limit(SWEEP_BATCH)
        .execute();
      if (rows.length === 0) continue;
      const ids = rows.map(({ id }) => id);
      const ended = await store.transaction((tx) => endSessions(tx, ids, why, now));
      await this.recordEnds(ended, why, {});
    }
  }

  /** Clears away what ended a day ago. */
  async purge(): Promise<void> {
    const { store, clock } = this.#ports;
    await store.db
      .deleteFrom('sessions')
      .where('ended_at', '<', clock.now() - KEEP_ENDED)
      .execute();
  }

  #row(token: string, { id, personId, factors, client }: NewSession, now: number) {
    const second = factors.filter((factor) => !isFirstFactor(factor)).map(({ at }) => at);
    return {
      id,
      token_hash: sha256(token),
      person_id: personId,
      factors: JSON.stringify(factors),
      mfa_at: second.length === 0 ? null : Math.max(...second),
      sealed_client: sealClient(this.#ports.vault, id, {
        address: client.address.slice(0, 64),
        device: deviceName(client.userAgent),
      }),
      created_at: now,
      last_seen_at: now,
      ended_at: null,
      ended_why: null,
      ended_epoch: null,
    };
  }
}

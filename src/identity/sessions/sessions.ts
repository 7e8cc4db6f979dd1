import { sha256 } from '../../core/index.ts';
import { endRoles } from '../people/role-ends.ts';
import type { Ports } from '../ports.ts';
import { clientFields } from '../record.ts';
import type { Session, SessionEnd, Sessions } from '../types.ts';
import { type CachedSession, SessionCache } from './session-cache.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';
import { endSessions, isInTime, readSessions, selectSessions } from './session-rows.ts';
import { SessionTouches } from './session-touches.ts';
import { SessionWatch } from './session-watch.ts';

// What SP 800-63B calls a session secret: 256 bits in base64url. Anything else is not looked up.
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
// A write a session and minute at most; more often only where a session may idle for less than four.
const TOUCH_EVERY = 60_000;
const FRESH = 1_000;
// A stream outlives a short absence of the database; requests do not.
const FRESH_FOR_STREAMS = 5_000;
const PURGE_EVERY = 3_600_000;

type Listener = (sessionId: string, why: SessionEnd) => void;

export interface OpenSessions extends Sessions {
  /** Makes this instance see now what was just ended or changed. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export const openSessions = async (
  ports: Ports,
  lifecycle: SessionLifecycle,
  onKeysChanged: () => Promise<void>,
): Promise<OpenSessions> => {
  const { store, vault, clock, settings } = ports;
  const { idle, cacheSize, pollInterval } = settings.sessions;
  const cache = new SessionCache(cacheSize);
  const touches = new SessionTouches(store);
  const listeners = new Set<Listener>();
  const loading = new Map<string, Promise<Session | undefined>>();
  let purgedAt = clock.monotonic();

  const tell = (id: string, why: SessionEnd): void => {
    for (const listener of listeners) {
      try {
        listener(id, why);
      } catch (error) {
        // One listener's fault must not keep the others' streams open.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  };

  const watch = new SessionWatch({
    store,
    clock,
    interval: pollInterval,
    onEnded: (id, why) => {
      cache.remove(id);
      tell(id, why);
    },
    onLost: () => cache.clear(),
    onKeysChanged,
    beside: async () => {
      await touches.write();
      await lifecycle.sweep();
      await endRoles(ports, lifecycle);
      if (clock.monotonic() - purgedAt < PURGE_EVERY) return;
      purgedAt = clock.monotonic();
      await lifecycle.purge();
    },
  });
  await watch.begin();
  await endRoles(ports, lifecycle);

  const touchEvery = Math.min(TOUCH_EVERY, idle / 4);
  const inTime = (session: Session, now: number): boolean => isInTime(session, idle, now);

  const touch = (entry: CachedSession, now: number): void => {
    const { session } = entry;
    if (now - session.lastSeenAt < touchEvery) return;
    entry.session = { ...session, lastSeenAt: now };
    touches.note(session.id, now);
    // An app in use keeps its portal session alive.
    if (session.parent !== undefined) touches.note(session.parent, now);
  };

  const fromCache = (tokenHash: string, app: string | undefined): Session | undefined => {
    if (!watch.isFresh(FRESH)) return undefined;
    const entry = cache.byToken(tokenHash);
    if (entry === undefined || entry.changes !== watch.changes) return undefined;
    const now = clock.now();
    if (entry.session.app !== app || !inTime(entry.session, now)) return undefined;
    touch(entry, now);
    return entry.session;
  };

  const fromStore = async (tokenHash: string): Promise<Session | undefined> => {
    const [generation, changes] = [watch.generation, watch.changes];
    const rows = await selectSessions(store.db)
      .where('sessions.token_hash', '=', Buffer.from(tokenHash, 'base64url'))
      .execute();
    const [session] = await readSessions(store.db, vault, rows);
    if (session === undefined || !inTime(session, clock.now())) return undefined;
    const entry = { session, tokenHash, changes };
    // Something ended or changed while this was read: it may be out of date already, so it is not remembered.
    if (generation === watch.generation) cache.put(entry);
    touch(entry, clock.now());
    return entry.session;
  };

  const hashOf = (token: string): string | undefined =>
    TOKEN.test(token) ? sha256(token).toString('base64url') : undefined;

  const end = async (
    ids: readonly string[],
    why: SessionEnd,
    fields: Parameters<SessionLifecycle['recordEnds']>[2],
  ) => {
    const ended = await store.transaction((tx) => endSessions(tx, ids, why, clock.now()));
    await watch.look();
    await lifecycle.recordEnds(ended, why, fields);
    return ended;
  };

  return {
    keyOf: hashOf,
    peek: fromCache,
    find: async (token, app) => {
      const tokenHash = hashOf(token);
      if (tokenHash === undefined) return undefined;
      if (!watch.isFresh(FRESH)) await watch.look();
      const known = fromCache(tokenHash, app);
      if (known !== undefined) return known;
      // A page that opens twenty connections at once asks the database once.
      const pending = loading.get(tokenHash) ?? fromStore(tokenHash).finally(() => loading.delete(tokenHash));
      loading.set(tokenHash, pending);
      const session = await pending;
      return session?.app === app ? session : undefined;
    },
    onEnded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isAlive: (sessionId) => {
      const entry = cache.byId(sessionId);
      return entry !== undefined && watch.isFresh(FRESH_FOR_STREAMS) && clock.now() < entry.session.expiresAt;
    },
    list: async (personId) => {
      const rows = await selectSessions(store.db)
        .where('sessions.person_id', '=', personId)
        .orderBy('sessions.last_seen_at', 'desc')
        .execute();
      const now = clock.now();
      const living = (await readSessions(store.db, vault, rows)).filter((session) => inTime(session, now));
      return living
        .filter(({ parent }) => parent === undefined)
        .map((session) => ({ ...session, children: living.filter(({ parent }) => parent === session.id) }));
    },
    end: async (personId, sessionId, why, client) => {
      const row = await store.db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', sessionId)
        .where('person_id', '=', personId)
        .where('parent_id', 'is', null)
        .where('ended_epoch', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return false;
      const ended = await end([sessionId], why, { ...clientFields(client) });
      return ended.length > 0;
    },
    endAll: async (personId, why, client, except) => {
      const ended = await store.transaction((tx) => lifecycle.endAllWithin(tx, personId, why, except));
      await watch.look();
      await lifecycle.recordEnds(ended, why, clientFields(client));
      return ended.filter(({ parent_id }) => parent_id === null).length;
    },
    look: () => watch.look(),
    close: async () => {
      await watch.close();
      await touches.write();
      cache.clear();
    },
  };
};

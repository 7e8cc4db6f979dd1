import { z } from 'zod';
import { parseJson } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Vault } from '../../vault/index.ts';
import { NO_ROLES, type PersonRow, personOf, rolesOf } from '../people/person-rows.ts';
import {
  FACTOR_KINDS,
  isFirstFactor,
  type Person,
  type Session,
  type SessionEnd,
  type UsedFactor,
} from '../types.ts';
import { raiseEpoch } from './epochs.ts';

const clientSchema = z.object({ address: z.string(), device: z.string() });
const factorsSchema = z.array(
  z.object({ kind: z.enum(FACTOR_KINDS), at: z.number(), via: z.string().optional() }),
);

const clientPlace = (id: string) => ({ table: 'sessions', column: 'sealed_client', row: id });

export const sealClient = (vault: Vault, id: string, client: z.infer<typeof clientSchema>): Buffer =>
  vault.seal(clientPlace(id), JSON.stringify(client));

/** A second factor beside the first, or one passkey (which is something held and something known), make `mfa`. */
export const assuranceOf = (factors: readonly UsedFactor[]): Session['assurance'] => {
  if (factors.length === 0) return 'none';
  const second = factors.filter((factor) => !isFirstFactor(factor));
  const kinds = new Set(second.map(({ kind }) => kind));
  const isEnough =
    kinds.has('passkey') || (second.length > 0 && second.length < factors.length) || kinds.size > 1;
  return isEnough ? 'mfa' : 'password';
};

export interface SessionRow extends PersonRow {
  session_id: string;
  parent_id: string | null;
  app: string | null;
  factors: string;
  mfa_at: number | null;
  sealed_client: Uint8Array;
  session_created_at: number;
  last_seen_at: number;
  expires_at: number;
}

/** Whether a session's time has not run out, by the clock alone. */
export const isInTime = (
  session: Pick<Session, 'expiresAt' | 'lastSeenAt'>,
  idle: number,
  now: number,
): boolean => now < session.expiresAt && now < session.lastSeenAt + idle;

/** Living sessions of people who are not disabled. Whether their time ran out is for {@link isInTime} to say. */
export const selectSessions = (db: Queries) =>
  db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .leftJoin('passwords', 'passwords.person_id', 'people.id')
    .select([
      'sessions.id as session_id',
      'sessions.parent_id',
      'sessions.app',
      'sessions.factors',
      'sessions.mfa_at',
      'sessions.sealed_client',
      'sessions.created_at as session_created_at',
      'sessions.last_seen_at',
      'sessions.expires_at',
      'people.id',
      'people.sealed_profile',
      'people.disabled',
      'people.created_at',
      'people.last_sign_in_at',
      'passwords.must_change',
    ])
    .where('sessions.ended_epoch', 'is', null)
    .where('people.disabled', '=', 0)
    // An end takes the children along; this holds even if it ever did not.
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('sessions.parent_id', 'is', null),
        exists(
          selectFrom('sessions as parent')
            .select('parent.id')
            .whereRef('parent.id', '=', 'sessions.parent_id')
            .where('parent.ended_epoch', 'is', null),
        ),
      ]),
    );

const sessionOf = async (vault: Vault, row: SessionRow, person: Person): Promise<Session> => {
  const opened = await vault.open(clientPlace(row.session_id), row.sealed_client);
  const client = clientSchema.parse(parseJson(opened.toString('utf8')));
  const factors = factorsSchema.parse(parseJson(row.factors));
  return {
    id: row.session_id,
    person,
    app: row.app ?? undefined,
    parent: row.parent_id ?? undefined,
    factors,
    assurance: assuranceOf(factors),
    mfaAt: row.mfa_at ?? undefined,
    device: client.device,
    address: client.address,
    createdAt: row.session_created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
};

/** Not inside a transaction: it opens sealed values. */
export const readSessions = async (
  db: Queries,
  vault: Vault,
  rows: readonly SessionRow[],
): Promise<Session[]> => {
  const people = new Map<string, Promise<Person>>();
  const roles = await rolesOf(db, [...new Set(rows.map(({ id }) => id))]);
  return Promise.all(
    rows.map(async (row) => {
      const person = people.get(row.id) ?? personOf(vault, row, roles.get(row.id) ?? NO_ROLES);
      people.set(row.id, person);
      return sessionOf(vault, row, await person);
    }),
  );
};

export interface Ended {
  id: string;
  person_id: string;
  parent_id: string | null;
  app: string | null;
}

/**
 * Ends living sessions with their children, inside a transaction. The children come second, in a statement of their
 * own: a child that was made while the first one waited for its parent's row is seen by then.
 */
export const endSessions = async (
  tx: Queries,
  ids: readonly string[],
  why: SessionEnd,
  now: number,
): Promise<Ended[]> => {
  if (ids.length === 0) return [];
  const epoch = await raiseEpoch(tx, 'ends');
  const end = () =>
    tx
      .updateTable('sessions')
      .set({ ended_at: now, ended_why: why, ended_epoch: epoch })
      .where('ended_epoch', 'is', null)
      .returning(['id', 'person_id', 'parent_id', 'app']);
  const parents = await end().where('id', 'in', ids).execute();
  const children = await end().where('parent_id', 'in', ids).execute();
  return [...parents, ...children];
};

export const livingSessionIds = async (tx: Queries, personId: string): Promise<string[]> => {
  const rows = await tx
    .selectFrom('sessions')
    .select('id')
    .where('person_id', '=', personId)
    .where('parent_id', 'is', null)
    .where('ended_epoch', 'is', null)
    .orderBy('last_seen_at')
    .execute();
  return rows.map(({ id }) => id);
};

/** Holds everybody else off a person's row until the transaction ends: PostgreSQL and SQLite have this in common. */
export const lockPerson = async (tx: Queries, personId: string): Promise<boolean> => {
  const row = await tx
    .updateTable('people')
    .set(({ ref }) => ({ disabled: ref('disabled') }))
    .where('id', '=', personId)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
};

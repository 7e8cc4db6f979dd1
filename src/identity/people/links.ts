import { randomToken, sha256 } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';

/** `reset` was made by an administrator, `mailed-reset` and `unlock` went to the person on request. */
export type LinkPurpose = 'setup' | 'reset' | 'mailed-reset' | 'unlock';

/** Links behind which a password is set. */
export const RESET_LINKS = ['reset', 'mailed-reset'] as const satisfies readonly LinkPurpose[];

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface Link {
  personId: string | undefined;
  expiresAt: number | undefined;
}

/** Makes a one-time token, of which only the hash is kept; the links for the same purpose and person stop working. */
export const makeLink = async (
  tx: Queries,
  input: { purpose: LinkPurpose; personId: string | undefined; now: number; expiresAt: number | undefined },
): Promise<string> => {
  await dropLinks(tx, input.purpose, input.personId);
  const token = randomToken();
  await tx
    .insertInto('links')
    .values({
      token_hash: sha256(token),
      purpose: input.purpose,
      person_id: input.personId ?? null,
      created_at: input.now,
      expires_at: input.expiresAt ?? null,
    })
    .execute();
  return token;
};

export const dropLinks = async (
  tx: Queries,
  purpose: LinkPurpose,
  personId: string | undefined,
): Promise<void> => {
  await tx
    .deleteFrom('links')
    .where('purpose', '=', purpose)
    .where('person_id', personId === undefined ? 'is' : '=', personId ?? null)
    .execute();
};

const linkOf = (row: { person_id: string | null; expires_at: number | null } | undefined, now: number) => {
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined;
  return { personId: row.person_id ?? undefined, expiresAt: row.expires_at ?? undefined };
};

/** Looks a link up without using it. */
export const findLink = async (
  db: Queries,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<Link | undefined> => {
  if (!TOKEN.test(token)) return undefined;
  const row = await db
    .selectFrom('links')
    .select(['person_id', 'expires_at'])
    .where('token_hash', '=', sha256(token))
    .where('purpose', '=', purpose)
    .executeTakeFirst();
  return linkOf(row, now);
};

/** Uses a link up: of any number of calls at once, one gets it. */
export const useLink = async (
  tx: Queries,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<Link | undefined> => {
  if (!TOKEN.test(token)) return undefined;
  const row = await tx
    .deleteFrom('links')
    .where('token_hash', '=', sha256(token))
    .where('purpose', '=', purpose)
    .returning(['person_id', 'expires_at'])
    .executeTakeFirst();
  return linkOf(row, now);
};

/** Looks up a link behind which a password is set, whoever it was made by. */
export const findReset = async (db: Queries, token: string, now: number): Promise<Link | undefined> => {
  for (const purpose of RESET_LINKS) {
    const link = await findLink(db, purpose, token, now);
    if (link !== undefined) return link;
  }
  return undefined;
};

/** Uses such a link up: of any number of calls at once, one gets it. */
export const useReset = async (tx: Queries, token: string, now: number): Promise<Link | undefined> => {
  for (const purpose of RESET_LINKS) {
    const link = await useLink(tx, purpose, token, now);
    if (link !== undefined) return link;
  }
  return undefined;
};

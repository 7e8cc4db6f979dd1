import { z } from 'zod';
import { parseJson, randomToken, sha256 } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import type { KeptForms } from './types.ts';

const VALID = 600_000;
// A person confirms one thing at a time; more is a flood, and the oldest go.
const A_SESSION = 5;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const formSchema = z.object({ target: z.string(), fields: z.array(z.tuple([z.string(), z.string()])) });

const placeOf = (hash: Uint8Array) => ({
  table: 'kept_forms',
  column: 'sealed_form',
  row: Buffer.from(hash).toString('base64url'),
});

/** Forms that wait, sealed, while somebody shows a fresh factor. */
export const openKeptForms = ({ store, vault, clock }: Ports): KeptForms => ({
  keep: async ({ session, app, form }) => {
    const token = randomToken();
    const [token_hash, now, session_id] = [sha256(token), clock.now(), session.parent ?? session.id];
    const sealed_form = vault.seal(placeOf(token_hash), JSON.stringify(form));
    await store.transaction(async (tx) => {
      await tx.deleteFrom('kept_forms').where('expires_at', '<=', now).execute();
      const expires_at = now + VALID;
      await tx
        .insertInto('kept_forms')
        .values({ token_hash, session_id, app, sealed_form, created_at: now, expires_at })
        .execute();
      const newest = tx
        .selectFrom('kept_forms')
        .select('token_hash')
        .where('session_id', '=', session_id)
        .orderBy('created_at', 'desc')
        .limit(A_SESSION);
      await tx
        .deleteFrom('kept_forms')
        .where('session_id', '=', session_id)
        .where('token_hash', 'not in', newest)
        .execute();
    });
    return token;
  },

  take: async ({ token, session, app }) => {
    if (!TOKEN.test(token)) return undefined;
    // Another session's try does not use it up; of any number of right ones, one finds it.
    const row = await store.db
      .deleteFrom('kept_forms')
      .where('token_hash', '=', sha256(token))
      .where('session_id', '=', session.parent ?? session.id)
      .where('app', '=', app)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at <= clock.now()) return undefined;
    const opened = await vault.open(placeOf(row.token_hash), row.sealed_form);
    return formSchema.parse(parseJson(opened.toString('utf8')));
  },
});

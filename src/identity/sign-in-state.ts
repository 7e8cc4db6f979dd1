import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { constantTimeEqual, parseJson, randomToken, sha256 } from '../core/index.ts';
import type { Ports } from './ports.ts';
import { FACTOR_KINDS } from './types.ts';

const START_VALID = 3_600_000;
const PENDING_VALID = 600_000;
const PENDING_A_BROWSER = 2;
const PENDING_A_PERSON = 10;
const ATTEMPTS = 10;
const LONGEST_TOKEN = 8_192;
const LONGEST_RETURN = 4_096;

const startSchema = z.strictObject({ until: z.number(), returnTo: z.string().optional() });

const pendingSchema = z.object({
  step: z.enum(['change-password']),
  factors: z.array(z.object({ kind: z.enum(FACTOR_KINDS), at: z.number() })),
  returnTo: z.string().optional(),
});

/** What is known between the first right answer and the session. */
export type Pending = z.infer<typeof pendingSchema> & { personId: string };

/**
 * Where a sign-in stands. Before anything was proved it is a signed text in the form itself, so that a flood of visitors
 * takes no place; afterwards it is a sealed row, at most two a browser and ten a person, known by the hash of its token.
 */
export interface SignInStates {
  start(browser: string, returnTo: string | undefined): string;
  readStart(state: string, browser: string): { returnTo: string | undefined } | undefined;
  save(browser: string, pending: Pending): Promise<string>;
  readPending(state: string, browser: string): Promise<Pending | undefined>;
  /** The same, counting an attempt; undefined as well when there were too many. */
  attempt(state: string, browser: string): Promise<Pending | undefined>;
  hashOf(state: string): Buffer;
}

export const openSignInStates = ({ store, vault, clock }: Ports): SignInStates => {
  const key = vault.derive('sign-in start');
  const mac = (body: string, browser: string): string =>
    createHmac('sha256', key)
      .update(`${sha256(browser).toString('hex')}.${body}`)
      .digest('base64url');
  const placeOf = (hash: Uint8Array) => ({
    table: 'sign_ins',
    column: 'sealed_state',
    row: Buffer.from(hash).toString('base64url'),
  });

  const opened = async (
    row: { state_hash: Uint8Array; sealed_state: Uint8Array; person_id: string } | undefined,
  ) => {
    if (row === undefined) return undefined;
    const text = await vault.open(placeOf(row.state_hash), row.sealed_state);
    return { ...pendingSchema.parse(parseJson(text.toString('utf8'))), personId: row.person_id };
  };

  return {
    hashOf: (state) => sha256(state),

    start: (browser, returnTo) => {
      const kept = returnTo !== undefined && returnTo.length <= LONGEST_RETURN ? { returnTo } : {};
      const body = Buffer.from(JSON.stringify({ until: clock.now() + START_VALID, ...kept })).toString(
        'base64url',
      );
      return `${body}.${mac(body, browser)}`;
    },

    readStart: (state, browser) => {
      const [body, signature, ...rest] = state.slice(0, LONGEST_TOKEN).split('.');
      if (body === undefined || signature === undefined || rest.length > 0) return undefined;
      if (!constantTimeEqual(signature, mac(body, browser))) return undefined;
      const { until, returnTo } = startSchema.parse(
        parseJson(Buffer.from(body, 'base64url').toString('utf8')),
      );
      return clock.now() < until ? { returnTo } : undefined;
    },

    save: async (browser, { personId, ...pending }) => {
      const token = randomToken();
      const [state_hash, browser_hash, now] = [sha256(token), sha256(browser), clock.now()];
      const sealed_state = vault.seal(placeOf(state_hash), JSON.stringify(pending));
      await store.transaction(async (tx) => {
        await tx.deleteFrom('sign_ins').where('expires_at', '<=', now).execute();
        await tx
          .insertInto('sign_ins')
          .values({
            state_hash,
            browser_hash,
            sealed_state,
            person_id: personId,
            attempts: 0,
            created_at: now,
            expires_at: now + PENDING_VALID,
          })
          .execute();
        const caps = [
          ['browser_hash', browser_hash, PENDING_A_BROWSER],
          ['person_id', personId, PENDING_A_PERSON],
        ] as const;
        for (const [column, value, cap] of caps) {
          const newest = tx
            .selectFrom('sign_ins')
            .select('state_hash')
            .where(column, '=', value)
            .orderBy('created_at', 'desc')
            .limit(cap);
          await tx
            .deleteFrom('sign_ins')
            .where(column, '=', value)
            .where('state_hash', 'not in', newest)
            .execute();
        }
      });
      return token;
    },

    readPending: async (state, browser) =>
      opened(
        await store.db
          .selectFrom('sign_ins')
          .select(['state_hash', 'sealed_state', 'person_id'])
          .where('state_hash', '=', sha256(state))
          .where('browser_hash', '=', sha256(browser))
          .where('expires_at', '>', clock.now())
          .executeTakeFirst(),
      ),

    attempt: async (state, browser) =>
      opened(
        await store.db
          .updateTable('sign_ins')
          .set(({ eb }) => ({ attempts: eb('attempts', '+', 1) }))
          .where('state_hash', '=', sha256(state))
          .where('browser_hash', '=', sha256(browser))
          .where('expires_at', '>', clock.now())
          .where('attempts', '<', ATTEMPTS)
          .returning(['state_hash', 'sealed_state', 'person_id'])
          .executeTakeFirst(),
      ),
  };
};

import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { constantTimeEqual, parseJson, randomToken, sha256 } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import { FACTOR_KINDS, SIGN_IN_STEPS } from '../types.ts';

const START_VALID = 3_600_000;
const PENDING_VALID = 600_000;
const PENDING_A_BROWSER = 2;
const PENDING_A_PERSON = 10;
const ATTEMPTS = 10;
const LONGEST_TOKEN = 8_192;
const LONGEST_RETURN = 4_096;

const startSchema = z.strictObject({
  until: z.number(),
  nonce: z.string(),
  returnTo: z.string().optional(),
});

const pendingSchema = z.object({
  step: z.enum(SIGN_IN_STEPS).exclude(['password', 'done']),
  /** What was shown in this sign-in. */
  factors: z.array(z.object({ kind: z.enum(FACTOR_KINDS), at: z.number(), via: z.string().optional() })),
  returnTo: z.string().optional(),
  /** Id of the session that rises; none where one begins. */
  session: z.string().optional(),
});

/** What is known between the first right answer and the session. */
export type Pending = z.infer<typeof pendingSchema> & { personId: string };

/** A row with the number of answers that were given to it so far. */
export type Attempted = Pending & { attempts: number };

/**
 * Where a sign-in stands. Before anything was proved it is a signed text in the form itself, so that a flood of visitors
 * takes no place; afterwards it is a sealed row, at most two a browser and ten a person, known by the hash of its token.
 */
export interface SignInStates {
  start(browser: string, returnTo: string | undefined): string;
  readStart(state: string, browser: string): { returnTo: string | undefined } | undefined;
  save(browser: string, pending: Pending): Promise<string>;
  readPending(state: string, browser: string): Promise<Attempted | undefined>;
  /** The same, counting an attempt; undefined as well when there were too many. */
  attempt(state: string, browser: string): Promise<Attempted | undefined>;
  /** Goes on in another state under the same token; false when the row has gone. */
  move(state: string, pending: Pending): Promise<boolean>;
  /** Ends the row: of any number at once, one gets true. */
  consume(tx: Queries, state: string): Promise<boolean>;
  /** What a passkey signs: another for every attempt, so that no answer counts twice (WebAuthn, 13.4.3). */
  challengeOf(state: string, attempts: number): string;
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
    row:
      | { state_hash: Uint8Array; sealed_state: Uint8Array; person_id: string; attempts: number }
      | undefined,
  ): Promise<Attempted | undefined> => {
    if (row === undefined) return undefined;
    const text = await vault.open(placeOf(row.state_hash), row.sealed_state);
    const pending = pendingSchema.parse(parseJson(text.toString('utf8')));
    return { ...pending, personId: row.person_id, attempts: row.attempts };
  };
  const sealed = (hash: Uint8Array, { personId: _, ...pending }: Pending): Buffer =>
    vault.seal(placeOf(hash), JSON.stringify(pending));

  return {
    challengeOf: (state, attempts) => sha256(`passkey ${attempts} ${state}`).toString('base64url'),

    start: (browser, returnTo) => {
      const kept = returnTo !== undefined && returnTo.length <= LONGEST_RETURN ? { returnTo } : {};
      const start = { until: clock.now() + START_VALID, nonce: randomToken(16), ...kept };
      const body = Buffer.from(JSON.stringify(start)).toString('base64url');
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

    save: async (browser, pending) => {
      const { personId } = pending;
      const token = randomToken();
      const [state_hash, browser_hash, now] = [sha256(token), sha256(browser), clock.now()];
      const sealed_state = sealed(state_hash, pending);
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
          .select(['state_hash', 'sealed_state', 'person_id', 'attempts'])
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
          .returning(['state_hash', 'sealed_state', 'person_id', 'attempts'])
          .executeTakeFirst(),
      ),

    move: async (state, pending) => {
      const hash = sha256(state);
      const row = await store.db
        .updateTable('sign_ins')
        .set({ sealed_state: sealed(hash, pending) })
        .where('state_hash', '=', hash)
        .returning('person_id')
        .executeTakeFirst();
      return row !== undefined;
    },

    consume: async (tx, state) => {
      const row = await tx
        .deleteFrom('sign_ins')
        .where('state_hash', '=', sha256(state))
        .returning('person_id')
        .executeTakeFirst();
      return row !== undefined;
    },
  };
};

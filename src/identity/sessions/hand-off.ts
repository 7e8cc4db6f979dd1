import { constantTimeEqual, GatehouseError, newId, randomToken, sha256 } from '../../core/index.ts';
import type { Ports } from '../ports.ts';
import { clientFields, recordThen } from '../record.ts';
import type { HandOff } from '../types.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';

const VALID = 60_000;
// A page with many tabs asks for a few at once; more is a flood, and the oldest go.
const PENDING_A_SESSION = 20;
// Tabs that may be on their way at once in one browser.
const VERIFIERS = 8;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const LONGEST_RETURN = 4_096;

const placeOf = (hash: Uint8Array) => ({
  table: 'hand_offs',
  column: 'sealed_return_to',
  row: Buffer.from(hash).toString('base64url'),
});

export const openHandOff = (
  { store, vault, clock, events }: Ports,
  lifecycle: SessionLifecycle,
): HandOff => ({
  issue: async ({ session, app, challenge, returnTo }) => {
    if (session.app !== undefined || !CHALLENGE.test(challenge) || returnTo.length > LONGEST_RETURN) {
      throw new GatehouseError('hand-off-invalid', 'a session cannot be handed over like this', {
        exposable: true,
        remedy: 'Open the app again.',
      });
    }
    const code = randomToken();
    const [code_hash, now] = [sha256(code), clock.now()];
    const sealed_return_to = vault.seal(placeOf(code_hash), returnTo);
    await store.transaction(async (tx) => {
      await tx.deleteFrom('hand_offs').where('expires_at', '<=', now).execute();
      await tx
        .insertInto('hand_offs')
        .values({
          code_hash,
          session_id: session.id,
          app,
          challenge,
          sealed_return_to,
          created_at: now,
          expires_at: now + VALID,
        })
        .execute();
      const newest = tx
        .selectFrom('hand_offs')
        .select('code_hash')
        .where('session_id', '=', session.id)
        .orderBy('created_at', 'desc')
        .limit(PENDING_A_SESSION);
      await tx
        .deleteFrom('hand_offs')
        .where('session_id', '=', session.id)
        .where('code_hash', 'not in', newest)
        .execute();
    });
    return code;
  },

  redeem: async ({ code, app, verifiers, client }) => {
    if (!CHALLENGE.test(code)) return undefined;
    // Gone with the first try, right or wrong: of any number at once one finds it.
    const row = await store.db
      .deleteFrom('hand_offs')
      .where('code_hash', '=', sha256(code))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at <= clock.now() || row.app !== app) return undefined;
    const isFor = (verifier: string) =>
      constantTimeEqual(row.challenge, sha256(verifier).toString('base64url'));
    if (!verifiers.slice(0, VERIFIERS).some(isFor)) return undefined;
    const returnTo = await vault.open(placeOf(row.code_hash), row.sealed_return_to);
    const parent = await lifecycle.byId(row.session_id);
    if (parent === undefined || parent.app !== undefined) return undefined;
    const id = newId('ses');
    const { person } = parent;
    const fields = {
      actor: person.id,
      name: person.name,
      session: id,
      target: parent.id,
      app,
      ...clientFields(client),
    };
    const made = await recordThen(events, 'session.entered', fields, () =>
      lifecycle.createChild(id, parent, app, client),
    );
    return made === undefined ? undefined : { ...made, returnTo: returnTo.toString('utf8') };
  },
});

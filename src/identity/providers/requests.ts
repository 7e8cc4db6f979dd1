import { z } from 'zod';
import { GatehouseError, parseJson, sha256 } from '../../core/index.ts';
import type { Ports } from '../ports.ts';

const VALID = 600_000;
/** Two tabs may be on their way at once, each with one answer to confirm. */
const A_BROWSER = 4;
/** Rows at once: visitors without an account make them, and this is what a flood of them can fill. */
const MOST = 20_000;
const LONGEST_RETURN = 6_400;

const identitySchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  email: z.string().optional(),
  name: z.string().optional(),
});

/** An account at a provider. */
export type ProviderIdentity = z.infer<typeof identitySchema>;

const requestSchema = z.discriminatedUnion('purpose', [
  /** Was sent to the provider, to sign in or (with `session`) to link. */
  z.object({
    purpose: z.literal('answer'),
    provider: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    returnTo: z.string().optional(),
    session: z.string().optional(),
  }),
  /** Came back to link, and has to confirm it. */
  z.object({
    purpose: z.literal('link'),
    provider: z.string(),
    session: z.string(),
    identity: identitySchema,
  }),
]);

type ProviderRequest = z.infer<typeof requestSchema>;
type For<P extends ProviderRequest['purpose']> = Extract<ProviderRequest, { purpose: P }>;

/** What is kept while a browser is at a provider: sealed, bound to the browser, used once. */
export interface ProviderRequests {
  save(state: string, browser: string, request: ProviderRequest): Promise<void>;
  read<P extends ProviderRequest['purpose']>(
    state: string,
    browser: string,
    purpose: P,
  ): Promise<For<P> | undefined>;
  /** The same, and it is gone: of any number of calls at once, one gets it. */
  take<P extends ProviderRequest['purpose']>(
    state: string,
    browser: string,
    purpose: P,
  ): Promise<For<P> | undefined>;
}

const placeOf = (hash: Uint8Array) => ({
  table: 'provider_requests',
  column: 'sealed_request',
  row: Buffer.from(hash).toString('base64url'),
});

export const openProviderRequests = ({ store, vault, clock }: Ports): ProviderRequests => {
  const opened = async <P extends ProviderRequest['purpose']>(
    row: { state_hash: Uint8Array; sealed_request: Uint8Array } | undefined,
    purpose: P,
  ): Promise<For<P> | undefined> => {
    if (row === undefined) return undefined;
    const text = await vault.open(placeOf(row.state_hash), row.sealed_request);
    const request = requestSchema.parse(parseJson(text.toString('utf8')));
    return request.purpose === purpose ? (request as For<P>) : undefined;
  };

  return {
    save: async (state, browser, request) => {
      const [state_hash, browser_hash, now] = [sha256(state), sha256(browser), clock.now()];
      const kept =
        request.purpose === 'answer' && (request.returnTo?.length ?? 0) > LONGEST_RETURN
          ? { ...request, returnTo: undefined }
          : request;
      const sealed_request = vault.seal(placeOf(state_hash), JSON.stringify(kept));
      await store.transaction(async (tx) => {
        await tx.deleteFrom('provider_requests').where('expires_at', '<=', now).execute();
        const { count } = await tx
          .selectFrom('provider_requests')
          .select(({ fn }) => fn.countAll().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) >= MOST) {
          throw new GatehouseError('busy', 'too many people are on their way to providers', {
            exposable: true,
            remedy: 'Try again in a few minutes.',
          });
        }
        await tx
          .insertInto('provider_requests')
          .values({ state_hash, browser_hash, sealed_request, created_at: now, expires_at: now + VALID })
          .execute();
        const newest = tx
          .selectFrom('provider_requests')
          .select('state_hash')
          .where('browser_hash', '=', browser_hash)
          .orderBy('created_at', 'desc')
          .limit(A_BROWSER);
        await tx
          .deleteFrom('provider_requests')
          .where('browser_hash', '=', browser_hash)
          .where('state_hash', 'not in', newest)
          .execute();
      });
    },

    read: async (state, browser, purpose) =>
      opened(
        await store.db
          .selectFrom('provider_requests')
          .select(['state_hash', 'sealed_request'])
          .where('state_hash', '=', sha256(state))
          .where('browser_hash', '=', sha256(browser))
          .where('expires_at', '>', clock.now())
          .executeTakeFirst(),
        purpose,
      ),

    take: async (state, browser, purpose) =>
      opened(
        await store.db
          .deleteFrom('provider_requests')
          .where('state_hash', '=', sha256(state))
          .where('browser_hash', '=', sha256(browser))
          .where('expires_at', '>', clock.now())
          .returning(['state_hash', 'sealed_request'])
          .executeTakeFirst(),
        purpose,
      ),
  };
};

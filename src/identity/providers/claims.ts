import { z } from 'zod';
import { GatehouseError } from '../../core/index.ts';

const MOST_GROUPS = 5_000;

const text = (most: number) => z.string().max(most).optional().catch(undefined);

const claimsSchema = z.object({
  iss: z.string(),
  // Core 1.0 section 2: at most 255 ASCII characters.
  sub: z.string().regex(/^[\x20-\x7e]{1,255}$/),
  sid: z.string().min(1).max(1_024).optional(),
  acr: text(256),
  amr: z.array(z.string().max(64)).max(32).optional().catch(undefined),
  email: text(254),
  // Nothing but `true` is verified: some providers send the word "false".
  email_verified: z.literal(true).optional().catch(undefined),
  name: text(256),
  preferred_username: text(256),
});

type Named = z.output<typeof claimsSchema>;

/** What a provider says about somebody, after its signature was checked. */
export interface Claims extends Named {
  /** Every claim, for the groups. */
  all: Readonly<Record<string, unknown>>;
}

/** The claim at `path`; `/` leads into it. */
const claimAt = (claims: Readonly<Record<string, unknown>>, path: string): unknown => {
  // Some providers have claims whose name is an address.
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('/')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
};

/** The groups of the claim; undefined when it is not there at all. A single text is one group. */
export const groupsOf = (
  claims: Readonly<Record<string, unknown>>,
  path: string,
): readonly string[] | undefined => {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value.slice(0, MOST_GROUPS) : [value];
  return list.filter((group): group is string => typeof group === 'string');
};

/**
 * The claims of an ID token with those of the userinfo end point behind them: what is signed wins.
 * @throws {GatehouseError} `provider-answer-invalid`.
 */
export const parseClaims = (
  token: Readonly<Record<string, unknown>>,
  userinfo: Readonly<Record<string, unknown>>,
): Claims => {
  // The address and the word that it is verified belong together: they come from one place.
  const { email, email_verified, ...rest } = userinfo;
  const contact = token['email'] === undefined ? { email, email_verified } : {};
  const all = { ...rest, ...contact, ...token };
  const parsed = claimsSchema.safeParse(all);
  if (parsed.success) return { ...parsed.data, all };
  throw new GatehouseError(
    'provider-answer-invalid',
    `the answer of the provider is refused: ${z.prettifyError(parsed.error).slice(0, 200)}`,
  );
};

/** The verified e-mail address in lower case. */
export const verifiedEmail = ({ email, email_verified }: Claims): string | undefined =>
  email_verified === true && email !== undefined && email !== '' ? email.toLowerCase() : undefined;

/** Whether the provider says, in a way that the configuration trusts, that a second factor was used. */
export const hadSecondFactor = (
  { acr, amr }: Claims,
  trusted: { acr?: readonly string[] | undefined; amr?: readonly string[] | undefined } | undefined,
): boolean =>
  (acr !== undefined && trusted?.acr?.includes(acr) === true) ||
  (amr ?? []).some((method) => trusted?.amr?.includes(method) === true);

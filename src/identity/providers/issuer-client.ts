import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import { type Clock, GatehouseError, isGatehouseError } from '../../core/index.ts';
import { type Claims, groupsOf, parseClaims } from './claims.ts';
import { openSafeFetch, type SafeFetch } from './safe-fetch.ts';
import type { ProviderSettings } from './types.ts';

/** Milliseconds until the discovery document is read again, and the longest that an old one serves without. */
const FRESH = 3_600_000;
const STALE = 24 * FRESH;
/** Milliseconds in which a provider that failed is not asked again. */
const PAUSE = 10_000;
const SECONDS_TO_ANSWER = 5;
/** Seconds by which a provider's clock may be ahead, and the longest that its answer may have been on the way. */
const AHEAD = 60;
const OLDEST = 600;

/** What ties a provider's answer to the browser that was sent there. */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

export interface IssuerClient {
  readonly settings: ProviderSettings;
  /** The address to send a browser to, and what its answer has to fit. */
  authorize(state: string, again: boolean): Promise<{ url: string; challenge: Challenge }>;
  /** Who came back, in an answer that fits. */
  redeem(search: string, challenge: Challenge): Promise<Claims>;
  /** Where the provider's keys are. */
  keysAddress(): Promise<string>;
  readonly fetch: SafeFetch;
}

/** The method that the provider names; `client_secret_basic` where it names none (Discovery 1.0 section 3). */
const authenticate = (secret: string | undefined): ClientAuth => {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const named = server.token_endpoint_auth_methods_supported;
    const byPost = named?.includes('client_secret_post') === true && !named.includes('client_secret_basic');
    return (byPost ? post : basic)(server, client, body, headers);
  };
};

/** Our own error somewhere among the causes of one of the library's. */
const ownCause = (error: unknown): GatehouseError | undefined => {
  let cause = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    if (isGatehouseError(cause)) return cause;
    cause = cause.cause;
  }
  return undefined;
};

const detailOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
};

/** What a failure of the library means. Nothing of it is for visitors: it stands in the log. */
const translate = (error: unknown): GatehouseError => {
  const own = ownCause(error);
  if (own !== undefined) return own;
  if (error instanceof AuthorizationResponseError) {
    return new GatehouseError('provider-refused', `the provider refused: ${error.error.slice(0, 100)}`, {
      cause: error,
    });
  }
  const what = error instanceof ResponseBodyError ? `it answered ${error.error}` : detailOf(error);
  return new GatehouseError('provider-answer-invalid', `the answer of the provider is refused: ${what}`, {
    cause: error,
  });
};

const refused = (why: string): GatehouseError =>
  new GatehouseError('provider-answer-invalid', `the answer of the provider is refused: ${why}`);

export const openIssuerClient = (
  settings: ProviderSettings,
  redirectUri: string,
  clock: Clock,
): IssuerClient => {
  const { issuer, clientId, clientSecret } = settings;
  const fetch = openSafeFetch(settings);
  let known: { configuration: Configuration; readAt: number } | undefined;
  let failed: { error: GatehouseError; at: number } | undefined;
  let reading: Promise<Configuration> | undefined;

  const read = async (): Promise<Configuration> => {
    try {
      const configuration = await discovery(new URL(issuer), clientId, {}, authenticate(clientSecret), {
        // Without the signature check only TLS would speak for an ID token (Core 1.0, 3.1.3.7 point 6).
        execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
        timeout: SECONDS_TO_ANSWER,
        [customFetch]: fetch,
      });
      // The library allows a URL to be spelt differently; an issuer is compared as a text (Discovery 1.0, 4.3).
      if (configuration.serverMetadata().issuer !== issuer) throw refused('it names another issuer');
      known = { configuration, readAt: clock.monotonic() };
      failed = undefined;
      return configuration;
    } catch (error) {
      const translated = translate(error);
      failed = { error: translated, at: clock.monotonic() };
      throw translated;
    }
  };

  const current = async (): Promise<Configuration> => {
    const now = clock.monotonic();
    if (known !== undefined && now - known.readAt < FRESH) return known.configuration;
    const usable = known !== undefined && now - known.readAt < STALE ? known.configuration : undefined;
    if (failed !== undefined && now - failed.at < PAUSE) {
      if (usable !== undefined) return usable;
      throw failed.error;
    }
    reading ??= read().finally(() => {
      reading = undefined;
    });
    try {
      return await reading;
    } catch (error) {
      // A provider that is down can still have its sign-ins that are on the way finished.
      if (usable !== undefined && isGatehouseError(error, 'provider-unavailable')) return usable;
      throw error;
    }
  };

  return {
    settings,
    fetch,

    authorize: async (state, again) => {
      const configuration = await current();
      const challenge = { state, nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const { authorization_endpoint: endpoint = '' } = configuration.serverMetadata();
      const { protocol } = URL.canParse(endpoint) ? new URL(endpoint) : { protocol: '' };
      if (protocol !== 'https:' && !(protocol === 'http:' && issuer.startsWith('http:'))) {
        throw refused('it names no https address to sign in at');
      }
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: settings.scopes.join(' '),
        state,
        nonce: challenge.nonce,
        code_challenge: await calculatePKCECodeChallenge(challenge.verifier),
        code_challenge_method: 'S256',
        ...(again ? { prompt: 'login' } : {}),
      });
      return { url: url.href, challenge };
    },

    redeem: async (search, { state, nonce, verifier }) => {
      const configuration = await current();
      try {
        const address = new URL(redirectUri);
        address.search = search;
        const tokens = await authorizationCodeGrant(configuration, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const token = tokens.claims();
        if (token === undefined) throw refused('it has no ID token');
        const seconds = clock.now() / 1_000;
        if (token.iat > seconds + AHEAD) throw refused('its ID token is from the future');
        if (token.iat < seconds - OLDEST) throw refused('its ID token is too old');
        // Core 1.0, 3.1.3.7 point 5: whom the token was issued to, where it says so.
        if (token['azp'] !== undefined && token['azp'] !== clientId)
          throw refused('its ID token was issued to somebody else');
        const complete = token['email'] !== undefined && groupsOf(token, settings.groups) !== undefined;
        const { userinfo_endpoint } = configuration.serverMetadata();
        if (complete || userinfo_endpoint === undefined) return parseClaims(token, {});
        return parseClaims(token, await fetchUserInfo(configuration, tokens.access_token, token.sub));
      } catch (error) {
        throw translate(error);
      }
    },

    keysAddress: async () => {
      const { jwks_uri } = (await current()).serverMetadata();
      if (jwks_uri === undefined) throw refused('it names no keys');
      return jwks_uri;
    },
  };
};

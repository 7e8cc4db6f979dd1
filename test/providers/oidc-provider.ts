import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { CLIENT, SECRET } from './lying-provider.ts';

export interface Account {
  email?: string;
  email_verified?: boolean;
  name?: string;
  preferred_username?: string;
  groups?: readonly string[];
}

/** The oidc-provider package as a provider of its own, on loopback, with its own login pages. */
export interface OidcProvider {
  issuer: string;
  /** Who can sign in there: any password is right. */
  accounts: Map<string, Account>;
  /** Goes through its pages as a browser would; returns the query that comes back to the portal. */
  signIn(authorize: string, login: string, browser?: Map<string, string>): Promise<string>;
  /** Signs an account's browser out there, which tells the portal by the back channel. */
  signOut(browser: Map<string, string>): Promise<void>;
  close(): Promise<void>;
}

export interface OidcProviderOptions {
  /** Origin of the portal; may come later, since the portal has to know the issuer first. */
  portal: string | Promise<string>;
  name?: string;
  /** Where its requests to the portal go. */
  deliver?: (url: string, form: string) => Promise<Response>;
}

const SCOPE = 'openid profile email groups';

export const openOidcProvider = async ({
  portal,
  name = 'acme',
  deliver,
}: OidcProviderOptions): Promise<OidcProvider> => {
  const accounts = new Map<string, Account>();
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = async (origin: string) =>
    new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [`${origin}/providers/${name}/callback`],
          post_logout_redirect_uris: [],
          backchannel_logout_uri: `${origin}/providers/${name}/logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['a key for cookies of the test'] },
      scopes: SCOPE.split(' '),
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username'],
        groups: ['groups'],
      },
      pkce: { required: () => true },
      features: {
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true },
        devInteractions: { enabled: true },
      },
      findAccount: (_context: unknown, id: string) =>
        accounts.has(id)
          ? {
              accountId: id,
              claims: async () => ({ sub: id, ...(accounts.get(id) as Record<string, unknown>) }),
            }
          : undefined,
      fetch: async (url: string | URL | Request, options?: RequestInit) =>
        deliver === undefined
          ? new Response(null, { status: 503 })
          : deliver(String(url instanceof Request ? url.url : url), String(options?.body ?? '')),
    });
  const ready = Promise.resolve(portal).then(async (origin) => (await made(origin)).callback());
  ready.catch(() => undefined);
  server.on('request', (request, response) => {
    void ready.then((serve) => serve(request, response));
  });

  /** One request with the browser's cookies, which it keeps. */
  const step = async (url: string, browser: Map<string, string>, form?: string): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: [...browser].map(([key, value]) => `${key}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/expires=thu, 01 jan 1970/i.test(cookie)) browser.delete(key);
      else browser.set(key, value);
    }
    return response;
  };

  const field = (page: string, attribute: string): string =>
    new RegExp(`${attribute}="([^"]*)"`).exec(page)?.[1] ?? '';

  return {
    issuer,
    accounts,
    signIn: async (authorize, login, browser = new Map()) => {
      let address = authorize;
      const origin = await portal;
      for (let hops = 0; hops < 12; hops++) {
        if (address.startsWith(origin)) return new URL(address).search;
        const response = await step(address, browser);
        const location = response.headers.get('location');
        if (location !== null) {
          address = new URL(location, issuer).href;
          continue;
        }
        const page = await response.text();
        const prompt = page.includes('name="login"') ? 'login' : 'consent';
        const form = new URLSearchParams({
          prompt,
          ...(prompt === 'login' ? { login, password: 'any' } : {}),
        });
        const action = new URL(field(page, 'action'), issuer).href;
        const sent = await step(action, browser, form.toString());
        address = new URL(sent.headers.get('location') ?? '/', issuer).href;
      }
      throw new TypeError(`the provider leads nowhere: ${address}`);
    },
    signOut: async (browser) => {
      const page = await (await step(`${issuer}/session/end`, browser)).text();
      const xsrf = field(page, 'name="xsrf" value');
      await step(
        `${issuer}/session/end/confirm`,
        browser,
        new URLSearchParams({ xsrf, logout: 'yes' }).toString(),
      );
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};

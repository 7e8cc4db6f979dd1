import { Hono } from 'hono';
import { type Clock, type EventSink, randomToken, systemClock } from '../core/index.ts';
import type { ClientInfo, Identity } from '../identity/index.ts';
import { admit } from './admit.ts';
import { loadAssets } from './assets.ts';
import type { PortalConfig } from './config.ts';
import { BROWSER_COOKIE, readCookie, SESSION_COOKIE, setCookie } from './cookies.ts';
import type { GuardDesk } from './desk.ts';
import { fail } from './fail.ts';
import type { FindingDesk } from './finding-desk.ts';
import { formTokens } from './forms/form-tokens.ts';
import { readKnown } from './known-browser.ts';
import { refusal, refuse } from './refusal.ts';
import { respond } from './respond.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import type { Parts, Visit } from './visit.ts';

export interface PortalOptions {
  identity: Omit<Identity, 'close'>;
  config: PortalConfig;
  events: EventSink;
  /** 32 secret bytes that tokens of forms are made from: the same on every instance and after a restart. */
  formKey: Uint8Array;
  clock?: Clock;
  /** What administrators look up about rules and guards; without it those pages do not exist. */
  desk?: GuardDesk;
  /** Findings, shields and proofs; without it their page does not exist. */
  findings?: FindingDesk;
}

export interface Portal {
  /** Answers a request whose authority is the portal's, already in canonical form and bounded. Never rejects. */
  fetch(request: Request, client: ClientInfo): Promise<Response>;
  /** Takes over another configuration, from the next request on. */
  reload(config: PortalConfig): void;
}

interface Bindings {
  client: ClientInfo;
  parts: Parts;
}

const visitOf = async (
  request: Request,
  { client, parts }: Bindings,
  params: Record<string, string>,
): Promise<Visit> => {
  const cookies = request.headers.get('cookie');
  const token = readCookie(cookies, SESSION_COOKIE);
  const found = token === undefined ? undefined : await parts.identity.sessions.find(token, undefined);
  // A session of an app's origin means nothing here, and a disabled account never does.
  const session = found?.app === undefined && found?.person.disabled === false ? found : undefined;
  const kept = readCookie(cookies, BROWSER_COOKIE);
  const browser = kept ?? randomToken();
  const known = readKnown(cookies);
  return {
    request,
    url: new URL(request.url),
    client: known.length === 0 ? client : { ...client, known },
    params,
    form: {},
    browser,
    browserCookies: kept === undefined ? [setCookie(BROWSER_COOKIE, browser)] : [],
    session,
    token: session === undefined ? undefined : token,
  };
};

const routerOf = (routes: readonly Route[]): Hono<{ Bindings: Bindings }> => {
  const router = new Hono<{ Bindings: Bindings }>();
  for (const route of routes) {
    router.on(route.method, route.path, async (context) => {
      const request = context.req.raw;
      const visit = await visitOf(request, context.env, context.req.param());
      return respond(await admit(route, visit, context.env.parts), request);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
    router.all(path, async ({ req, env }) => {
      return respond(await fail(refusal('method-unknown'), req.raw, env.client, env.parts, allow), req.raw);
    });
  }
  router.notFound(() => refuse('page-unknown'));
  router.onError(async (error, { req, env }) =>
    respond(await fail(error, req.raw, env.client, env.parts), req.raw),
  );
  return router;
};

/** Makes the portal: sign-in, set-up, account, people, and the hand-over of a session to an app's origin. */
export const createPortal = (options: PortalOptions): Portal => {
  const { identity, events, formKey, clock = systemClock } = options;
  const fixed = {
    identity,
    events,
    clock,
    assets: loadAssets(),
    tokens: formTokens(formKey),
    desk: options.desk,
    findings: options.findings,
  };
  const router = routerOf(ROUTES);
  let config = options.config;
  return {
    fetch: async (request, client) => {
      try {
        return await router.fetch(request, { client, parts: { ...fixed, config } });
      } catch {
        // Not even a page about the failure could be made: closed, and without a word about why.
        return new Response('The portal failed.\n', {
          status: 500,
          headers: { 'cache-control': 'no-store' },
        });
      }
    },
    reload: (next) => {
      config = next;
    },
  };
};

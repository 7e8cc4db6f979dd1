import { z } from 'zod';
import { isGatehouseError } from '../../core/index.ts';
import { goTo } from '../answer.ts';
import type { Route } from '../route.ts';
import type { Visit } from '../visit.ts';
import { landingOf } from './landing.ts';
import { parseForm } from './parse.ts';
import { answerStep } from './sign-in.ts';

const NAME = z.string().max(64);

/** The provider in the address. */
export const nameOf = (visit: Pick<Visit, 'params'>): string => NAME.catch('').parse(visit.params['name']);

const begin: Route = {
  method: 'GET',
  path: '/providers/:name/sign-in',
  who: 'anyone',
  handle: async (visit, parts) => {
    const returnTo = landingOf(visit.url.searchParams.get('return') ?? undefined, parts.config).path;
    // Another site must not send people through a sign-in that they have not asked for.
    const site = visit.request.headers.get('sec-fetch-site');
    if (site !== null && site !== 'same-origin' && site !== 'none') {
      return goTo(`/sign-in?${new URLSearchParams({ return: returnTo })}`);
    }
    const address = await parts.identity.providers.begin({
      provider: nameOf(visit),
      browser: visit.browser,
      returnTo,
      again: visit.session !== undefined,
      client: visit.client,
    });
    return goTo(address, visit.browserCookies);
  },
};

const callback: Route = {
  method: 'GET',
  path: '/providers/:name/callback',
  who: 'anyone',
  handle: async (visit, parts) => {
    const result = await parts.identity.providers.finish({
      provider: nameOf(visit),
      search: visit.url.search,
      browser: visit.browser,
      client: visit.client,
      session: visit.session,
      replaces: visit.token,
    });
    if (result.outcome === 'sign-in') return answerStep(result.step, visit, parts);
    return goTo(`/account/providers/confirm?${new URLSearchParams({ state: result.state })}`);
  },
};

const TOKEN = z.object({ logout_token: z.string().min(1).max(16_384) });

/** OpenID Connect Back-Channel Logout 1.0 section 2.5: the provider's own request, with a token that it has signed. */
const logout: Route = {
  method: 'POST',
  path: '/providers/:name/logout',
  who: 'machine',
  handle: async ({ form, client, ...visit }, { identity, events }) => {
    const { logout_token: logoutToken } = parseForm(TOKEN, form);
    const provider = nameOf(visit);
    try {
      const ended = await identity.providers.backChannelLogout({ provider, logoutToken, client });
      return { kind: 'json', value: { ended } };
    } catch (error) {
      if (!isGatehouseError(error, 'provider-answer-invalid')) throw error;
      const fields = {
        target: provider,
        reason: error.code,
        detail: error.message.slice(0, 4_096),
        address: client.address,
      };
      await events.record({ type: 'provider.failed', outcome: 'failure', fields });
      // Section 2.8: a token that is refused is answered with 400.
      return { kind: 'json', status: 400, value: { error: 'invalid_request' } };
    }
  },
};

export const providerSignInRoutes: readonly Route[] = [begin, callback, logout];

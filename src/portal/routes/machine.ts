import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';

const health: Route = {
  method: 'GET',
  path: '/healthz',
  who: 'anyone',
  handle: () => ({ kind: 'json', value: { status: 'ok' } }),
};

/** The keys that verify the identity that apps are told (RFC 7517). */
const keys: Route = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  who: 'anyone',
  handle: (_visit, { identity }) => ({
    kind: 'json',
    type: 'application/jwk-set+json',
    value: identity.assertions.jwks(),
  }),
};

const asset: Route = {
  method: 'GET',
  path: '/assets/:file',
  who: 'anyone',
  handle: ({ url }, { assets }) => {
    const found = assets.find(url.pathname);
    return found === undefined
      ? refuse('page-unknown')
      : { kind: 'asset', type: found.type, body: found.body, etag: found.etag };
  },
};

export const machineRoutes: readonly Route[] = [health, keys, asset];

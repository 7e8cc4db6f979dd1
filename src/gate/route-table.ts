import { networkSet } from './canonical/address.ts';
import type { GateApp, GateSettings } from './settings.ts';

/** Where an authority leads. */
export type Route = { to: 'app'; app: GateApp } | { to: 'portal' };

/** The settings compiled for the hot path; a new one replaces it whole when the configuration changes. */
export interface RouteTable {
  settings: GateSettings;
  routeOf(authority: string): Route | undefined;
  isTrustedProxy(address: string): boolean;
}

export const compileRoutes = (settings: GateSettings): RouteTable => {
  const routes = new Map<string, Route>(settings.apps.map((app) => [app.authority, { to: 'app', app }]));
  routes.set(settings.portal.authority, { to: 'portal' });
  return {
    settings,
    routeOf: (authority) => routes.get(authority),
    isTrustedProxy: settings.trustedProxies.length === 0 ? () => false : networkSet(settings.trustedProxies),
  };
};

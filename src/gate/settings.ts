import type { Policy, Shields } from '../access/index.ts';
import type { GatehouseConfig, Upstream } from '../config/index.ts';
import type { CompiledCsp } from './csp/policy.ts';

/** An app as the gate sees it, compiled from the configuration. */
export interface GateApp {
  name: string;
  /** Shown to people. */
  title: string;
  /** Canonical authority of its public address. */
  authority: string;
  /** `https://` and the authority. */
  origin: string;
  /** Where the app itself listens; undefined while it has not started. */
  upstream: Upstream | undefined;
  /** PEM of a private authority that signed the upstream's certificate. */
  upstreamCa: string | undefined;
  /** Cookies of the app that its own scripts have to read, so that HttpOnly would break it. */
  scriptCookies: readonly string[];
  /** `safe` replaces error pages that show internals, `pass` leaves them. */
  errors: 'safe' | 'pass';
  /** Its content security policy; undefined where it is off. */
  csp: CompiledCsp | undefined;
  /** What its documents carry where it is silent: names and values in turn. */
  documentFields: readonly string[];
}

/** How often a route may be asked: by each person, by each address, or by all together. */
export type RouteRate = GatehouseConfig['apps'][string]['rates'][number];

/** Bounds on what comes from outside, as the configuration names them. Sizes in bytes, times in milliseconds. */
export type GateLimits = GatehouseConfig['limits'];

/** Everything that a valid edit of the configuration can change while the gate runs. */
export interface GateSettings {
  portal: { origin: string; authority: string };
  apps: readonly GateApp[];
  policy: Policy;
  /** Rules made from findings (C54). */
  shields: Shields;
  limits: GateLimits;
  /** How often a client may ask; absent ones are not limited. */
  rates: GatehouseConfig['rates'];
  /** The same for routes, by app. */
  routeRates: ReadonlyMap<string, readonly RouteRate[]>;
  /** Networks of proxies whose X-Forwarded-For counts. */
  trustedProxies: readonly string[];
  /** Value of Strict-Transport-Security (RFC 6797), undefined for certificates of a local authority. */
  hsts: string | undefined;
}

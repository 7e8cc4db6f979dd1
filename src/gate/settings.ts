import type { Policy } from '../access/index.ts';

/** An app as the gate sees it, compiled from the configuration. */
export interface GateApp {
  name: string;
  /** Shown to people. */
  title: string;
  /** Canonical authority of its public address. */
  authority: string;
  /** `https://` and the authority. */
  origin: string;
  /** http or https address of the app itself. */
  upstream: string;
  /** PEM of a private authority that signed the upstream's certificate. */
  upstreamCa: string | undefined;
  /** Cookies of the app that its own scripts have to read, so that HttpOnly would break it. */
  scriptCookies: readonly string[];
  /** `safe` replaces error pages that show internals, `pass` leaves them. */
  errors: 'safe' | 'pass';
}

/** Bounds on what comes from outside. Sizes in bytes, times in milliseconds. */
export interface GateLimits {
  headerSize: number;
  headerCount: number;
  bodySize: number;
  /** From the first byte of a request's head to the last. */
  headTimeout: number;
  /** Longest silence of a client that is sending a body or not reading a response. */
  clientIdle: number;
  /** Until the app begins to answer. */
  appAnswer: number;
  /** Longest silence of an app in the middle of an answer that is no event stream. */
  appIdle: number;
  /** Longest rest of a connection between two requests. */
  keepAlive: number;
  connections: number;
  connectionsPerAddress: number;
  streamsPerConnection: number;
}

export const DEFAULT_LIMITS: GateLimits = {
  headerSize: 32_768,
  headerCount: 100,
  bodySize: 4 * 1024 ** 3,
  headTimeout: 15_000,
  clientIdle: 60_000,
  appAnswer: 120_000,
  appIdle: 120_000,
  keepAlive: 65_000,
  connections: 10_000,
  connectionsPerAddress: 1_000,
  streamsPerConnection: 100,
};

/** Everything that a valid edit of the configuration can change while the gate runs. */
export interface GateSettings {
  portal: { origin: string; authority: string };
  apps: readonly GateApp[];
  policy: Policy;
  limits: GateLimits;
  /** Networks of proxies whose X-Forwarded-For counts. */
  trustedProxies: readonly string[];
  /** Value of Strict-Transport-Security (RFC 6797), undefined for certificates of a local authority. */
  hsts: string | undefined;
}

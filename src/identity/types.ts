import type { EventSink } from '../core/index.ts';

export const FACTOR_KINDS = ['password', 'totp', 'passkey', 'code', 'recovery'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** A factor that a session has seen, and when (milliseconds since the epoch). */
export interface UsedFactor {
  kind: FactorKind;
  at: number;
}

/** Where a request comes from; kept with sessions and events. */
export interface ClientInfo {
  /** IP address of the client, without port. */
  address: string;
  /** User-Agent as sent, cut to 512 characters; `''` when absent. */
  userAgent: string;
}

export interface Person {
  id: string;
  /** Account name as typed by the administrator; compared in canonical form (NFKC, lower case). */
  name: string;
  displayName: string;
  email: string | undefined;
  roles: readonly string[];
  disabled: boolean;
  /** The password was set by somebody else and has to be changed at the next sign-in. */
  mustChangePassword: boolean;
  createdAt: number;
  lastSignInAt: number | undefined;
}

/** A session of the portal, or (with `app`) the child of one that was handed to an app's origin. */
export interface Session {
  id: string;
  person: Person;
  /** Name of the app, for a child session. */
  app: string | undefined;
  /** Id of the portal's session that this one hangs on. */
  parent: string | undefined;
  factors: readonly UsedFactor[];
  assurance: 'none' | 'password' | 'mfa';
  /** When a second factor was last used. */
  mfaAt: number | undefined;
  /** `Firefox on Linux`: made from the User-Agent at sign-in. */
  device: string;
  address: string;
  createdAt: number;
  lastSeenAt: number;
  /** When it ends at the latest, whatever happens. */
  expiresAt: number;
}

/** Why a session ended. */
export type SessionEnd =
  | 'sign-out'
  | 'sign-out-everywhere'
  | 'revoked'
  | 'disabled'
  | 'roles-changed'
  | 'password-changed'
  | 'idle'
  | 'expired'
  | 'limit'
  | 'rotated';

export interface Sessions {
  /**
   * The live session of `token` for `app` (undefined: of the portal), or undefined. Answers from a bounded cache
   * that is at most 1 s behind a revocation on any instance. Touches the idle time at most once a minute.
   */
  find(token: string, app: string | undefined): Promise<Session | undefined>;
  /** The same from the cache alone, for the hot path; undefined means "ask find". */
  peek(token: string, app: string | undefined): Session | undefined;
  /** Calls `listener` within 1 s of the end of any session, on every instance, once each. Returns the way to stop. */
  onEnded(listener: (sessionId: string, why: SessionEnd) => void): () => void;
  /** Whether the session is still alive now (for streams that live long). */
  isAlive(sessionId: string): boolean;
  /** Live portal sessions of a person, newest first, each with its children. */
  list(personId: string): Promise<readonly (Session & { children: readonly Session[] })[]>;
  /** Ends a portal session and its children; false when it is not one of `personId`'s. */
  end(personId: string, sessionId: string, why: SessionEnd, client: ClientInfo): Promise<boolean>;
  /** Ends all sessions of a person, but for `except` and its children; returns how many portal sessions ended. */
  endAll(personId: string, why: SessionEnd, client: ClientInfo, except?: string): Promise<number>;
}

/**
 * Hands a portal session over to an app's origin. The app's origin makes a random `verifier`, keeps it in a cookie and
 * sends its SHA-256 (base64url, the `challenge`) to the portal; the code that comes back opens only there, once.
 */
export interface HandOff {
  /** A one-time code, valid for 60 s, bound to session, app and challenge. */
  issue(input: { session: Session; app: string; challenge: string; returnTo: string }): Promise<string>;
  /** The child session's token, and where to go on; undefined for a code that is unknown, used, old or not for `verifier`. */
  redeem(input: {
    code: string;
    app: string;
    verifier: string;
    client: ClientInfo;
  }): Promise<{ token: string; session: Session; returnTo: string } | undefined>;
}

/** Signed identity for the app behind (RFC 7519): ES256, 2 minutes, `aud` is the app's URL, `iss` the portal's. */
export interface Assertions {
  /** A compact JWT from a cache that signs ahead; signing is off the hot path. */
  forApp(session: Session, audience: string): string | Promise<string>;
  /** The public keys (RFC 7517), the retired ones included as long as a token may live. */
  jwks(): { keys: readonly Record<string, unknown>[] };
}

export interface IdentityPorts {
  events: EventSink;
}

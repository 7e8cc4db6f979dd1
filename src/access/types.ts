/** How sure the gate is of who somebody is, weakest first. `fresh-mfa` is `mfa` with a second factor not long ago. */
export const ASSURANCES = ['none', 'password', 'mfa', 'fresh-mfa'] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** Who asks. */
export interface AccessPerson {
  id: string;
  roles: readonly string[];
  /** When a role of this person ends, in milliseconds since the epoch; roles that are not named here do not end. */
  roleEnds?: Readonly<Record<string, number>>;
  /** Strongest assurance that the session's factors reach: never `fresh-mfa`, which depends on the time asked. */
  assurance: Exclude<Assurance, 'fresh-mfa'>;
  /** When the session last saw a second factor, in milliseconds since the epoch. */
  mfaAt?: number;
}

/** What a decision is made on. `method` and `path` are exactly the bytes that would be forwarded. */
export interface AccessRequest {
  app: string;
  method: string;
  /** Canonical path: absolute, no dot segments, no query. */
  path: string;
  /**
   * Query as it would be forwarded, without `?`; `''` when there is none. When it is left out, rules with a `query`
   * let nobody in and refuse as if it matched.
   */
  query?: string;
  /** IP address of the client. When it is left out, rules with `networks` are treated like those with a query. */
  address?: string;
  /** Undefined when nobody is signed in. */
  person?: AccessPerson;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The line of the configuration that decided, for `explain` and the log. */
export interface DecidingRule {
  /** Such as `apps.sales.rules[1]`, or `default` where no rule spoke. */
  id: string;
  /** Line in gatehouse.yaml, where it came from a file. */
  line?: number;
  says: string;
}

export type Decision =
  | { verdict: 'pass'; rule: DecidingRule }
  | { verdict: 'refuse'; rule: DecidingRule; why: string }
  /** Nobody is signed in, or not surely enough: `maxAge` (milliseconds) says how fresh the second factor must be. */
  | { verdict: 'ask'; rule: DecidingRule; assurance: Exclude<Assurance, 'none'>; maxAge?: number };

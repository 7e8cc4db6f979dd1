/** How sure the gate is of who somebody is, weakest first. `fresh-mfa` is `mfa` with a second factor not long ago. */
export const ASSURANCES = ['none', 'password', 'mfa', 'fresh-mfa'] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** What a decision is made on. `method` and `path` are exactly the bytes that would be forwarded. */
export interface AccessRequest {
  app: string;
  method: string;
  /** Canonical path: absolute, no dot segments, no query. */
  path: string;
  /** Undefined when nobody is signed in. */
  person?: {
    id: string;
    roles: readonly string[];
    /** Strongest assurance that the session's factors reach: never `fresh-mfa`, which depends on the time asked. */
    assurance: Exclude<Assurance, 'fresh-mfa'>;
    /** When the session last saw a second factor, in milliseconds since the epoch. */
    mfaAt?: number;
  };
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

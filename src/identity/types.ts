import type { Factors, KeptForms } from './factors/types.ts';
import type { Recovery } from './messages/types.ts';
import type { PeopleImport } from './people/import-people.ts';
import type { Providers } from './providers/types.ts';
import type { FamiliarBrowsers } from './sign-in/familiar-browsers.ts';
import type { Unlock } from './sign-in/unlock.ts';

export const FACTOR_KINDS = [
  'password',
  'provider',
  'provider-mfa',
  'totp',
  'passkey',
  'code',
  'recovery',
] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** What is asked for besides a password, in the order in which a sign-in prefers them. */
export const SECOND_FACTOR_KINDS = [
  'passkey',
  'totp',
  'code',
  'recovery',
] as const satisfies readonly FactorKind[];
export type SecondFactorKind = (typeof SECOND_FACTOR_KINDS)[number];

/** A factor that a session has seen, and when (milliseconds since the epoch). */
export interface UsedFactor {
  kind: FactorKind;
  at: number;
  /** Id of the sign-in at a provider that it stands for. */
  via?: string | undefined;
}

/** A password, or a provider's word instead of one: everything else is a second factor. */
export const isFirstFactor = ({ kind }: UsedFactor): boolean => kind === 'password' || kind === 'provider';

/** Where a request comes from; kept with sessions and events. */
export interface ClientInfo {
  /** IP address of the client, without port. */
  address: string;
  /** User-Agent as sent, cut to 512 characters; `''` when absent. */
  userAgent: string;
  /** Tokens of {@link FamiliarBrowsers} that the browser keeps, the newest first. */
  known?: readonly string[] | undefined;
}

export interface Person {
  id: string;
  /** Account name as typed by the administrator; compared in canonical form (NFKC, lower case). */
  name: string;
  displayName: string;
  email: string | undefined;
  /** E.164, for codes by text message. */
  phone?: string | undefined;
  roles: readonly string[];
  /** When those of the roles end that are held for a limited time; milliseconds since the epoch. */
  roleEnds?: Readonly<Record<string, number>> | undefined;
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
  | 'factors-reset'
  | 'provider-sign-out'
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
  /** The name under which the cache knows a token, its hash; undefined for what is no token. */
  keyOf(token: string): string | undefined;
  /** The session of the token with that key from the cache alone, for the hot path; undefined means "ask find". */
  peek(key: string, app: string | undefined): Session | undefined;
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
    /** The verifiers that the browser holds: one for each sign-in it has begun. */
    verifiers: readonly string[];
    client: ClientInfo;
  }): Promise<{ token: string; session: Session; returnTo: string } | undefined>;
}

/** Signed identity for the app behind (RFC 7519): ES256, 2 minutes, `aud` is the app's URL, `iss` the portal's. */
export interface Assertions {
  /** A compact JWT from a cache that signs ahead; signing is off the hot path. */
  forApp(session: Session, audience: string): string | Promise<string>;
  /** The public keys (RFC 7517), the retired ones included as long as a token may live. */
  jwks(): { keys: readonly Record<string, unknown>[] };
  /** Retires the signing key and begins with the one published beside it. Records `key.rotated`. */
  rotateKeys(by: Actor): Promise<void>;
}

/** Who asks for a change: a person at the portal (with their client), or the machine's own command line (no id). */
export interface Actor {
  id?: string | undefined;
  client?: ClientInfo | undefined;
}

export interface NewPerson {
  name: string;
  displayName?: string | undefined;
  email?: string | undefined;
  roles: readonly string[];
  /** Held to the policy. Left out: nobody can sign in until a one-time link was used. */
  password?: string | undefined;
  /**
   * Instead of a password: its hash as Django or Werkzeug wrote it. It is verified as it is, and replaced by one of ours
   * at the first sign-in. @see docs/guide/passwords.md
   */
  passwordHash?: string | undefined;
  /** The password has to be changed at the first sign-in. */
  mustChangePassword?: boolean | undefined;
}

/** A way for somebody without a password to get one: a link's token, or a temporary password to be read out. */
export type PasswordReset =
  | { kind: 'link'; token: string; expiresAt: number }
  | { kind: 'temporary'; password: string; expiresAt: number };

export interface People {
  /**
   * @throws {GatehouseError} `name-invalid`, `name-taken`, `email-invalid`, `role-invalid`, `password-refused` (see
   * {@link PasswordRefused}), `hash-unsupported`, `log-unavailable`.
   */
  add(input: NewPerson, by: Actor): Promise<Person>;
  /** Everybody, oldest account first; `after` is the id of the last one seen. */
  list(page?: { limit?: number; after?: string }): Promise<readonly Person[]>;
  get(id: string): Promise<Person | undefined>;
  /** By account name in any spelling that has the same canonical form. */
  byName(name: string): Promise<Person | undefined>;
  /** Ends every session. @throws `person-unknown`, `last-administrator`, `log-unavailable`. */
  disable(id: string, by: Actor): Promise<Person>;
  /** @throws `person-unknown`, `log-unavailable`. */
  enable(id: string, by: Actor): Promise<Person>;
  /**
   * Gives exactly these roles; `ends` says when some of them end by themselves (milliseconds since the epoch). Ends every
   * session when anything changes. @throws `person-unknown`, `role-invalid`, `last-administrator`.
   */
  setRoles(
    id: string,
    roles: readonly string[],
    by: Actor,
    ends?: Readonly<Record<string, number>>,
  ): Promise<Person>;
  /**
   * Changes what is named; an empty text removes an address or number.
   * @throws `person-unknown`, `email-invalid`, `phone-invalid`.
   */
  setProfile(
    id: string,
    profile: { displayName?: string | undefined; email?: string | undefined; phone?: string | undefined },
    by: Actor,
  ): Promise<Person>;
  /**
   * Ends every session and makes the old password worthless at once. A link is valid for 24 h and works once; a
   * temporary password is valid for 24 h and has to be changed when it is used.
   * @throws `person-unknown`, `log-unavailable`.
   */
  resetPassword(id: string, way: PasswordReset['kind'], by: Actor): Promise<PasswordReset>;
  /** Erases the account and everything about it. @throws `person-unknown`, `last-administrator`. */
  forget(id: string, by: Actor): Promise<void>;
}

/** One thing that is wrong with a new password. `says` is a sentence for the person. */
export type PasswordProblem = { says: string } & (
  | { kind: 'too-short'; minimum: number; length: number }
  | { kind: 'too-long'; maximum: number; length: number }
  | { kind: 'common' }
  | { kind: 'similar'; to: 'name' | 'displayName' | 'email' }
  | { kind: 'numeric' }
  | { kind: 'repetitive' }
  | { kind: 'class-missing'; class: 'lower' | 'upper' | 'digit' | 'symbol' }
  | { kind: 'same-as-before' }
  | { kind: 'breached' }
  | { kind: 'invalid-text' }
);

/** What the policy compares a new password with. */
export interface PasswordSubject {
  name: string;
  displayName?: string | undefined;
  email?: string | undefined;
}

export interface PasswordJudgement {
  /** Empty when the password may be used. */
  problems: readonly PasswordProblem[];
  /** 0 guessed at once … 4 beyond an offline attack on argon2id. */
  strength: 0 | 1 | 2 | 3 | 4;
  /** Base-10 logarithm of the guesses an informed attacker needs (an estimate). */
  guessesLog10: number;
}

export interface PasswordPolicy {
  /** Pure and quick (under 1 ms at 256 characters); for the meter and before every change. */
  judge(password: string, subject: PasswordSubject): PasswordJudgement;
  /** Shortest and longest password in characters, to be shown beside the field. */
  readonly limits: { minimum: number; maximum: number };
}

/** How a password may have been refused; the problems say why. */
export type PasswordChange =
  | { outcome: 'changed'; token?: string; session?: Session }
  | { outcome: 'refused'; problems: readonly PasswordProblem[] }
  /** The current password was wrong. */
  | { outcome: 'wrong-password' }
  /** Too many guesses (`throttled`) or too many at once (`busy`); `retryAfter` in milliseconds. */
  | { outcome: 'throttled' | 'busy'; retryAfter: number }
  /** The link is unknown, was used or is too old. */
  | { outcome: 'link-invalid' };

export interface Passwords {
  /**
   * Changes the password of the session's own person, who names the current one. Ends all their other sessions, and
   * gives this one a new token (lesson of GHSA-f24x-5g9q-753f).
   */
  change(input: {
    session: Session;
    current: string;
    password: string;
    client: ClientInfo;
  }): Promise<PasswordChange>;
  /** Whom a reset link is for, so that the page can greet them and the meter compare; undefined when it is not valid. */
  whoseLink(token: string, client: ClientInfo): Promise<Person | undefined>;
  /** Sets a password with a one-time link, which is used up; every session of the person ends. */
  redeemLink(input: { token: string; password: string; client: ClientInfo }): Promise<PasswordChange>;
  /** Sets somebody's password (command line). @throws `person-unknown`, `password-refused`, `busy`. */
  set(id: string, password: string, options: { mustChange: boolean }, by: Actor): Promise<void>;
}

/** Every state of a sign-in, `done` the last. A new way to sign in is a new state. */
export const SIGN_IN_STEPS = [
  'password',
  ...SECOND_FACTOR_KINDS,
  'confirm-password',
  'change-password',
  'done',
] as const;
export type SignInStepName = (typeof SIGN_IN_STEPS)[number];

/** Why a step is asked again. */
export type SignInProblem =
  /** What was given is wrong; at the first step nothing about what, or whether the account exists or is disabled. */
  | 'wrong'
  /** The code was right some minutes ago: the clock of the device is behind. */
  | 'clock-behind'
  /** Too many guesses: try again after `retryAfter`. */
  | 'throttled'
  /** Too many sign-ins at once on this machine: try again after `retryAfter`. */
  | 'busy'
  /** The page is too old, or belongs to another browser; nothing was tried. */
  | 'expired'
  /** What was sent does not answer what was asked. */
  | 'out-of-order'
  /** The new password is not good enough: see `problems`. */
  | 'refused';

interface AskedStep {
  /** For a hidden field of the form. Means nothing in another browser. */
  state: string;
  returnTo: string | undefined;
  problem?: SignInProblem;
  /** Milliseconds. */
  retryAfter?: number;
}

/** A step of somebody who is known by now. */
interface PersonalStep extends AskedStep {
  subject: PasswordSubject;
  /** A session exists and rises; otherwise one begins. */
  rises: boolean;
}

export type SignInStep =
  | (AskedStep & {
      next: 'password';
      /** What a passkey is asked with instead (WebAuthn request options as JSON). */
      prompt: string;
    })
  | (PersonalStep & {
      next: SecondFactorKind;
      /** What the person may use instead. */
      others: readonly SecondFactorKind[];
      /** What a passkey is asked with (WebAuthn request options as JSON). */
      prompt?: string;
    })
  | (PersonalStep & { next: 'confirm-password' })
  | (PersonalStep & { next: 'change-password'; problems?: readonly PasswordProblem[] })
  | { next: 'done'; token: string; session: Session; returnTo: string | undefined };

/** `answer` of a passkey is the credential as JSON. */
export type SignInInput =
  | { step: 'password'; name: string; password: string }
  | { [K in SecondFactorKind]: { step: K; answer: string } }[SecondFactorKind]
  | { step: 'switch'; to: SecondFactorKind }
  | { step: 'confirm-password'; password: string }
  | { step: 'change-password'; password: string };

/**
 * Sign-in as a state machine. No session exists before `done`. `browser` is a random value of at least 128 bits that
 * the portal keeps in a cookie; `returnTo` is kept as it was given and has to be checked by the portal before use.
 */
export interface SignIn {
  start(input: { browser: string; returnTo?: string | undefined }): Promise<SignInStep>;
  submit(input: {
    state: string;
    browser: string;
    input: SignInInput;
    client: ClientInfo;
    /**
     * Token of the portal session that this browser has now: the one that rises, or else it ends (`rotated`) when the
     * new one begins.
     */
    replaces?: string | undefined;
  }): Promise<SignInStep>;
  /**
   * Asks the person of a living portal session to show again who they are: with a second factor where they have one,
   * else with the password. At `done` the session has a new token, and the factor's time is now.
   */
  stepUp(input: { session: Session; browser: string; returnTo?: string | undefined }): Promise<SignInStep>;
  /** What to show when the page is loaded again; a fresh `password` step when the state is no longer valid. */
  resume(input: { state: string; browser: string; returnTo?: string | undefined }): Promise<SignInStep>;
}

export interface SetUp {
  /** Whether somebody holds an administrator's role, so that set-up is over. */
  isDone(): Promise<boolean>;
  /**
   * A new one-time token for the first administrator (the one before it stops working), or undefined when set-up is
   * over. Only its hash is kept.
   */
  begin(): Promise<string | undefined>;
  /** Whether `token` would be accepted now. */
  isValid(token: string, client: ClientInfo): Promise<boolean>;
  /** Makes the first administrator, once, and signs them in. */
  complete(input: {
    token: string;
    name: string;
    displayName?: string | undefined;
    email?: string | undefined;
    password: string;
    client: ClientInfo;
  }): Promise<SetUpOutcome>;
}

export type SetUpOutcome =
  | { outcome: 'done'; person: Person; token: string; session: Session }
  | { outcome: 'refused'; problems: readonly PasswordProblem[] }
  | { outcome: 'name-invalid' | 'email-invalid'; says: string }
  | { outcome: 'busy'; retryAfter: number }
  | { outcome: 'link-invalid' };

/** Everything can be left out; the defaults stand in docs/guide/sessions.md and docs/guide/passwords.md. */
export interface IdentitySettings {
  /** The portal's origin: `iss` of every assertion. */
  issuer: string;
  /** Roles whose holders manage Gatehouse; the first one goes to the person who completes set-up. Default `['admin']`. */
  adminRoles?: readonly string[] | undefined;
  sessions?: Partial<SessionSettings> | undefined;
  passwords?: Partial<PasswordSettings> | undefined;
  regulation?: Partial<RegulationSettings> | undefined;
}

export interface SessionSettings {
  /** Milliseconds without a request after which a session ends. Default 30 minutes. */
  idle: number;
  /** Milliseconds after which it ends whatever happens. Default 12 hours. */
  absolute: number;
  /** Portal sessions a person; one more ends the oldest. Default 10. */
  perPerson: number;
  /** Sessions kept in memory. Default 20,000. */
  cacheSize: number;
  /** Milliseconds between looks at the epochs; at most 1,000. Default 500. */
  pollInterval: number;
}

export interface PasswordSettings {
  profile: 'nist' | 'classic';
  /** Fewest characters when the password is the only factor (nist: 15, classic: 8). */
  minimum: number;
  /** Most characters; at least 64. Default 256. */
  maximum: number;
  /** Argon2id: KiB of memory, passes, lanes. At least 19,456 / 2 / 1. */
  argon2: { memory: number; passes: number; lanes: number };
  /** Mixes a key from the vault into every new hash, so that the database alone is worth nothing. Default false. */
  pepper: boolean;
  /**
   * Looks every new password up among those of breaches, by k-anonymity: `url` is the address of the ranges, such as
   * `https://api.pwnedpasswords.com/range/`, `timeout` milliseconds (default 2,000). Default: not asked.
   */
  breaches: { url: string; timeout?: number | undefined } | undefined;
  /** Hashes that may wait for their turn. Default 64. */
  queue: number;
  /** Hashes computed at once. Default: processors - 1, at least 1. */
  width: number;
}

export interface RegulationSettings {
  /** Guesses an account, existing or not, before waiting begins. Default 5. */
  perAccount: number;
  /** Milliseconds of the first wait; doubles with every further failure. Default 30 s. */
  firstWait: number;
  /** Longest wait. Default 1 hour. */
  longestWait: number;
  /** Failures a network (IPv4 address, IPv6 /64) in `networkWindow`. Default 50. */
  perNetwork: number;
  /** Milliseconds. Default 10 minutes. */
  networkWindow: number;
}

/** The door of the room: everything about who somebody is. */
export interface Identity {
  people: People;
  /** Accounts from somewhere else, with their password hashes. */
  peopleImport: PeopleImport;
  familiar: Pick<FamiliarBrowsers, 'renew'>;
  unlock: Unlock;
  recovery: Recovery;
  passwords: Passwords;
  policy: PasswordPolicy;
  signIn: SignIn;
  factors: Factors;
  keptForms: KeptForms;
  providers: Providers;
  sessions: Sessions;
  handOff: HandOff;
  assertions: Assertions;
  setup: SetUp;
  /** Stops the timers and writes what is pending. The store is not closed. */
  close(): Promise<void>;
}

import type { Actor, ClientInfo, Person, Session, SignInStep } from '../types.ts';

/** Somebody else where people can sign in, by OpenID Connect. */
export interface ProviderSettings {
  name: string;
  /** For people. */
  title: string;
  /** Exactly as the provider names it; https, or http on this machine. */
  issuer: string;
  clientId: string;
  /** Undefined: a public client. */
  clientSecret?: string | undefined;
  /** PEM of an authority besides those of the system. */
  ca?: string | undefined;
  scopes: readonly string[];
  /** Only verified e-mail addresses in these domains, in lower case. */
  domains?: readonly string[] | undefined;
  /** Whether somebody without an account gets one. */
  create: boolean;
  /** Whether a verified e-mail address leads to the account that has it. */
  linkByEmail: boolean;
  /** Claim that holds the groups; `/` leads into it. */
  groups: string;
  /** Roles by group; the group `*` is everybody who comes this way. */
  roles: Readonly<Record<string, readonly string[]>>;
  /** Values of `acr` and `amr` that stand for a second factor. */
  mfa?: { acr?: readonly string[] | undefined; amr?: readonly string[] | undefined } | undefined;
}

/** An account at a provider that belongs to a person here. */
export interface ProviderLink {
  id: string;
  provider: string;
  title: string;
  /** What the provider calls the person: e-mail address, name or subject. */
  account: string;
  createdAt: number;
  lastUsedAt: number | undefined;
}

export type ProviderOutcome =
  /** A sign-in goes on: at `done`, or with what is still to be asked. */
  | { outcome: 'sign-in'; step: SignInStep }
  /** Somebody who is signed in wants to link this account: `confirm` does it, with this state. */
  | { outcome: 'link'; state: string };

export interface Providers {
  /** In the order of the configuration. */
  readonly offered: readonly { name: string; title: string }[];
  /**
   * The address at the provider that the browser is sent to. With `link`, the answer does not sign in but links the
   * account to the person of that session.
   * @throws {GatehouseError} `provider-unknown`, `provider-unavailable`, `provider-answer-invalid`, `throttled`.
   */
  begin(input: {
    provider: string;
    browser: string;
    returnTo?: string | undefined;
    link?: Session | undefined;
    /** The provider is asked to have the person sign in there anew. */
    again?: boolean | undefined;
    client: ClientInfo;
  }): Promise<string>;
  /**
   * Takes the provider's answer, in the browser that was sent there, once.
   * @throws {GatehouseError} `provider-unknown`, `provider-unavailable`, `provider-answer-invalid`, `provider-refused`,
   * `provider-stranger`, `provider-link-taken`, `form-expired`, `log-unavailable`.
   */
  finish(input: {
    provider: string;
    /** The query of the address that the browser came back with. */
    search: string;
    browser: string;
    client: ClientInfo;
    session: Session | undefined;
    /** Token of that session. */
    replaces: string | undefined;
  }): Promise<ProviderOutcome>;
  /** What is about to be linked; undefined when it is too old, or of another browser or session. */
  pendingLink(input: {
    state: string;
    browser: string;
    session: Session;
  }): Promise<{ title: string; account: string } | undefined>;
  /** @throws {GatehouseError} `form-expired`, `provider-link-taken`, `log-unavailable`. */
  confirmLink(input: { state: string; browser: string; session: Session; client: ClientInfo }): Promise<void>;
  linksOf(personId: string): Promise<readonly ProviderLink[]>;
  /**
   * Takes the roles away that it gave; sessions end where that changes anything.
   * @throws {GatehouseError} `provider-unknown`, `provider-last-way`, `log-unavailable`.
   */
  unlink(person: Person, linkId: string, by: Actor): Promise<void>;
  /**
   * OpenID Connect Back-Channel Logout 1.0: ends the sessions that the provider began; returns how many.
   * @throws {GatehouseError} `provider-unknown`, `provider-answer-invalid`, `provider-unavailable`, `throttled`.
   */
  backChannelLogout(input: { provider: string; logoutToken: string; client: ClientInfo }): Promise<number>;
}

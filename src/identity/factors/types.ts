import type { Actor, ClientInfo, Session } from '../types.ts';

/** What somebody can show besides the password. */
export interface FactorList {
  totp: { addedAt: number; lastUsedAt: number | undefined } | undefined;
  passkeys: readonly Passkey[];
  /** Recovery codes that were not used yet. */
  recoveryCodes: number;
}

export interface Passkey {
  id: string;
  name: string;
  /** It is kept in an account of its maker's and comes along to other devices. */
  synced: boolean;
  addedAt: number;
  lastUsedAt: number | undefined;
}

/** What comes of adding a factor; `recovery`: codes made with the first one, to be shown once. */
export type FactorAdded =
  | { outcome: 'added'; recovery: readonly string[] | undefined; token: string; session: Session }
  /** The code is wrong. `clock`: it would be right at another time, so many milliseconds from now. */
  | { outcome: 'wrong'; clock: number | undefined }
  /** The page is too old, belongs to another session, or the factor is there already. */
  | { outcome: 'expired' };

/**
 * The second factors of a session's own person. Whatever changes them asks for a factor (without one: the password)
 * that the session has shown within {@link CONFIRMED_FOR}.
 * @throws {GatehouseError} `confirmation-needed`, `log-unavailable`.
 */
export interface Factors {
  of(personId: string): Promise<FactorList>;
  /** Whether the session has shown within {@link CONFIRMED_FOR} who it is. */
  isConfirmed(session: Session): Promise<boolean>;
  /** A secret for an authenticator app; nothing is kept until its first code was right. */
  beginTotp(session: Session): Promise<{ enrolment: string; secret: string; uri: string }>;
  /** Shows an enrolment again; undefined when it is too old or another session's. */
  resumeTotp(
    session: Session,
    enrolment: string,
  ): Promise<{ enrolment: string; secret: string; uri: string } | undefined>;
  confirmTotp(input: {
    session: Session;
    enrolment: string;
    code: string;
    client: ClientInfo;
  }): Promise<FactorAdded>;
  removeTotp(session: Session, client: ClientInfo): Promise<boolean>;
  /** WebAuthn creation options as JSON, and what ties the answer to them. */
  beginPasskey(session: Session): Promise<{ enrolment: string; options: string }>;
  confirmPasskey(input: {
    session: Session;
    enrolment: string;
    /** The new credential as JSON. */
    answer: string;
    name: string;
    client: ClientInfo;
  }): Promise<FactorAdded>;
  renamePasskey(session: Session, id: string, name: string, client: ClientInfo): Promise<boolean>;
  removePasskey(session: Session, id: string, client: ClientInfo): Promise<boolean>;
  /** Ten new codes; the older ones stop working. */
  renewRecovery(session: Session, client: ClientInfo): Promise<readonly string[]>;
  /** Takes every second factor from somebody who has lost them, and ends their sessions. */
  reset(personId: string, by: Actor): Promise<void>;
}

/** What somebody was about to send to an app: its address and the fields of the form, in order. */
export interface KeptForm {
  target: string;
  fields: [name: string, value: string][];
}

/** Keeps a form while its sender shows a fresh factor: sealed, for ten minutes, for one session and app, for one use. */
export interface KeptForms {
  /** The token by which the form is taken again. */
  keep(input: { session: Session; app: string; form: KeptForm }): Promise<string>;
  /** The form, once; undefined for another session or app, a used or an old token. */
  take(input: { token: string; session: Session; app: string }): Promise<KeptForm | undefined>;
}

/** Milliseconds for which a shown factor counts as fresh on pages that change factors. */
export const CONFIRMED_FOR = 600_000;

import type { Actor, ClientInfo, Person } from '../types.ts';

/** How mail leaves this machine: over TLS with a verified certificate, or not at all. */
export interface MailSettings {
  host: string;
  port: number;
  /** `starttls` demands it right after the greeting (RFC 3207); `implicit` speaks TLS from the first byte (RFC 8314). */
  tls: 'starttls' | 'implicit';
  /** Address of the sender. */
  from: string;
  user?: string | undefined;
  password?: string | undefined;
  /** PEM of the authority that signed the server's certificate; default: those of the system. */
  ca?: string | undefined;
  /** Milliseconds for a whole message. Default 20,000. */
  timeout?: number | undefined;
}

/** A service that sends text messages for one HTTPS request each. `{to}`, `{digits}` and `{text}` are filled in. */
export interface SmsSettings {
  url: string;
  /** The fields of a form; or else `json`. */
  form?: Readonly<Record<string, string | number | boolean>> | undefined;
  json?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** HTTP Basic. */
  user?: string | undefined;
  password?: string | undefined;
  /** The whole Authorization header instead. */
  authorization?: string | undefined;
  /** Milliseconds. Default 10,000. */
  timeout?: number | undefined;
}

/** How codes reach people; default: not at all. */
export interface CodeSettings {
  /** By e-mail, where mail is configured. */
  mail: boolean;
  sms?: SmsSettings | undefined;
}

/** A text to one recipient. */
export interface Message {
  to: string;
  subject: string;
  text: string;
}

/** Takes messages to their recipients. @throws {GatehouseError} `message-failed`. */
export interface Messenger {
  send(message: Message): Promise<void>;
}

/** What a link is for that is sent by e-mail. */
export type LinkKind = 'reset' | 'unlock';

/** Links by e-mail: for people who cannot get in, and for those whom an administrator invites. */
export interface Recovery {
  /** Whether mail can be sent at all. */
  readonly available: boolean;
  /**
   * Asks for a link to the address of an account. The answer is the same whether or not there is one: everything that
   * depends on it happens later.
   */
  request(input: {
    kind: LinkKind;
    name: string;
    client: ClientInfo;
  }): Promise<{ outcome: 'taken' } | { outcome: 'throttled' | 'busy'; retryAfter: number }>;
  /**
   * Makes the old password worthless, and sends a link for a new one to the person's address.
   * @throws {GatehouseError} `person-unknown`, `mail-unavailable` without mail or an address, `log-unavailable`.
   */
  invite(personId: string, by: Actor): Promise<void>;
  /** Whom an unlock link is for; undefined when it is not valid. */
  whoseUnlock(token: string): Promise<Person | undefined>;
  /** Ends the waiting of the account that the link is for, once. */
  unlock(token: string, client: ClientInfo): Promise<Person | undefined>;
}

import type { Clock, EventSink } from '../core/index.ts';
import type { Actor, ClientInfo, Identity, Session } from '../identity/index.ts';
import type { Assets } from './assets.ts';
import { manages, type PortalConfig } from './config.ts';
import type { GuardDesk } from './desk.ts';
import type { FindingDesk } from './finding-desk.ts';
import type { FormTokens } from './forms/form-tokens.ts';
import type { FormFields } from './forms/read-form.ts';
import type { Insider } from './pages/layout.ts';

/** What the handlers work with; `config` is the one that was in force when the request came. */
export interface Parts {
  identity: Omit<Identity, 'close'>;
  config: PortalConfig;
  assets: Assets;
  tokens: FormTokens;
  events: EventSink;
  clock: Clock;
  /** What administrators look up about rules and guards; without it those pages do not exist. */
  desk: GuardDesk | undefined;
  /** Findings, shields and proofs; without it their page does not exist. */
  findings: FindingDesk | undefined;
}

/** One request, after its cookies were looked up. */
export interface Visit {
  request: Request;
  url: URL;
  client: ClientInfo;
  /** Values of the named parts of the route's path. */
  params: Readonly<Record<string, string>>;
  /** The fields of the form; empty for a GET. */
  form: FormFields;
  /** The random value of this browser; a new one where it had none. */
  browser: string;
  /** Set-Cookie values that keep `browser`, where it is new. */
  browserCookies: readonly string[];
  session: Session | undefined;
  /** Token of the session. */
  token: string | undefined;
}

/** A request of somebody who has signed in. */
export interface InsideVisit extends Visit {
  session: Session;
}

/** The person as the frame of a page shows them. */
export const insiderOf = (visit: InsideVisit, parts: Parts): Insider => ({
  displayName: visit.session.person.displayName,
  manages: manages(parts.config, visit.session.person.roles),
  formToken: parts.tokens.issue({ session: visit.session.id }),
});

export const actorOf = (visit: InsideVisit): Actor => ({ id: visit.session.person.id, client: visit.client });

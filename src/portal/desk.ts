import type { Explanation } from '../access/index.ts';

/** A request that somebody might make, as a form asks it. */
export interface DeskQuestion {
  /** Account name, or `anonymous`. */
  person: string;
  method: string;
  /** Address at the app, or a path. */
  url: string;
  assurance: 'password' | 'mfa';
}

/** What the rules say to a question, or why it could not be asked. */
export type DeskAnswer = { explanation: Explanation } | { problem: string };

export interface DeskRule {
  line: number | undefined;
  says: string;
}

export interface DeskGuard {
  name: string;
  says: string;
  mode: 'observe' | 'block' | 'off';
  /** Requests that it refused, or would have, in the last day. */
  refused: number;
}

export interface DeskRefusal {
  time: number;
  guard: string;
  reason: string;
  method: string;
  path: string;
  who: string | undefined;
  incident: string | undefined;
}

/** A source that the policy of an app could be widened by. */
export interface DeskProposal {
  id: string;
  directive: string;
  source: string;
  count: number;
  people: number;
  page: string;
  caution: string | undefined;
}

export interface DeskPolicy {
  mode: 'observe' | 'block' | 'off';
  /** As it is sent; undefined where it is off. */
  text: string | undefined;
  proposals: readonly DeskProposal[];
  advice: readonly { what: string; advice: string }[];
}

/** What administrators look up about rules and guards. It changes nothing: the file owns policy. */
export interface GuardDesk {
  rules(app: string): readonly DeskRule[];
  explain(app: string, question: DeskQuestion): Promise<DeskAnswer>;
  guards(app: string): Promise<{ guards: readonly DeskGuard[]; lately: readonly DeskRefusal[] }>;
  policy(app: string): DeskPolicy;
  /** The fields of the file that approve these proposals, by their ids; unknown ids are left out. */
  approve(app: string, ids: readonly string[]): string;
}

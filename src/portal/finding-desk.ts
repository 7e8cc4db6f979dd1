import type { Finding } from '../core/index.ts';

/** What stands between a finding and the app. Times in milliseconds since the epoch. */
export interface DeskShield {
  id: string;
  app: string;
  state: 'proposed' | 'observe' | 'block' | 'removed';
  /** Why it is this check, in a sentence. */
  why: string;
  /** Since when its removal is proposed. */
  retireAt: number | null;
  /** The event of its last change. */
  eventId: string | null;
}

/** What the last probe saw. */
export interface DeskProof {
  outcome: 'open' | 'shielded' | 'fixed' | 'unproved';
  direct: string;
  gated: string | null;
  incident: string | null;
  at: number;
  eventId: string | null;
}

/** One line of the loop: a finding, its shield, its proof. */
export interface DeskFinding {
  finding: Finding;
  state: 'open' | 'gone';
  firstSeenAt: number;
  eventId: string | null;
  shields: readonly DeskShield[];
  proofs: readonly DeskProof[];
}

/** What administrators look up and change about findings and their shields. */
export interface FindingDesk {
  list(): Promise<readonly DeskFinding[]>;
  /** @throws {GatehouseError} `shield-unknown`. */
  change(shield: string, state: 'observe' | 'block' | 'removed', actor: string): Promise<void>;
}

/** What verification can conclude, by the exit code of `gatehouse audit verify`. */
export const VERDICTS = {
  sound: 0,
  edited: 10,
  deleted: 11,
  reordered: 12,
  truncated: 13,
  forked: 14,
  unreadable: 15,
} as const;

export type Verdict = keyof typeof VERDICTS;

/** One thing that is wrong. Entries are counted from 0; `to` is the first one not affected. */
export interface VerifyFinding {
  kind: Exclude<Verdict, 'sound'>;
  says: string;
  from?: number;
  to?: number;
}

export interface VerifyReport {
  verdict: Verdict;
  origin: string | undefined;
  /** Entries in the journal, those that retention removed included. */
  entries: number;
  /** Entries covered by the newest checkpoint of the log. */
  signed: number;
  /** Entries covered by what the witness remembers; undefined without a witness. */
  witnessed: number | undefined;
  /** When the witness cosigned that, in milliseconds since the epoch. */
  witnessedAt: number | undefined;
  /** Entries whose personal values were erased, as the log itself records. */
  erased: number;
  /** Entries that retention removed, as the log itself records. */
  pruned: number;
  findings: VerifyFinding[];
  /** What a reader must know to judge the verdict. */
  notes: string[];
}

// Where several things are wrong, the verdict is the one that says most about what somebody did.
const ORDER: readonly Verdict[] = ['forked', 'truncated', 'deleted', 'reordered', 'edited', 'unreadable'];

export const verdictOf = (findings: readonly VerifyFinding[]): Verdict =>
  ORDER.find((verdict) => findings.some(({ kind }) => kind === verdict)) ?? 'sound';

/** `entry 7`, or `entries 7 to 9`. */
export const range = (from: number, to: number): string =>
  to === from + 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`;

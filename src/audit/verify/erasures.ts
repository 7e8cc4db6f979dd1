import { parseCommitted } from '../entry.ts';
import { type EntryRange, parseRanges, RangeSet } from '../entry-ranges.ts';
import { range, type VerifyFinding } from './report.ts';

/** What a log says about itself: which values were erased and which entries removed, by its own decision. */
interface Recorded {
  /** Field name to the entries whose value of that name was erased. */
  erased: Map<string, EntryRange[]>;
  /** Entries before this one were removed by retention. */
  pruned: number;
}

interface Missing {
  sequence: number;
  names: string[];
}

/** Erased entries that are looked at one by one; a log with more is told apart by what covers them all the same. */
const MOST_KEPT = 1_000_000;
const MOST_TOLD = 20;

/** Compares personal values that are missing with what the log records as erased. */
export class Erasures {
  readonly #recorded: Recorded = { erased: new Map(), pruned: 0 };
  readonly #missing: Missing[] = [];
  #more = 0;

  /** An entry of the log about the log. Only those that a checkpoint covers may excuse anything. */
  record(entry: Uint8Array): void {
    const { type, fields } = parseCommitted(entry);
    if (type === 'log.pruned' && typeof fields['count'] === 'number') {
      this.#recorded.pruned = Math.max(this.#recorded.pruned, fields['count']);
    }
    const { entries, columns } = fields;
    if (type !== 'log.erased' || typeof entries !== 'string' || !Array.isArray(columns)) return;
    const ranges = parseRanges(entries);
    for (const name of columns) {
      this.#recorded.erased.set(String(name), [
        ...(this.#recorded.erased.get(String(name)) ?? []),
        ...ranges,
      ]);
    }
  }

  missing(sequence: number, names: string[]): void {
    if (this.#missing.length < MOST_KEPT) this.#missing.push({ sequence, names });
    else this.#more++;
  }

  /** Entries before this one may be gone. */
  get pruned(): number {
    return this.#recorded.pruned;
  }

  /** Entries with erased values. */
  get count(): number {
    return this.#missing.length + this.#more;
  }

  /** Values that are gone without a record of it. */
  findings(): VerifyFinding[] {
    const allowed = new Map([...this.#recorded.erased].map(([name, ranges]) => [name, new RangeSet(ranges)]));
    const wrong = this.#missing.filter(({ sequence, names }) =>
      names.some((name) => !allowed.get(name)?.has(sequence)),
    );
    const findings: VerifyFinding[] = wrong.slice(0, MOST_TOLD).map(({ sequence, names }) => ({
      kind: 'deleted',
      says: `${range(sequence, sequence + 1)} lost ${names.join(', ')}, and the log records no erasure of that`,
      from: sequence,
      to: sequence + 1,
    }));
    if (wrong.length > MOST_TOLD) {
      findings.push({
        kind: 'deleted',
        says: `${wrong.length - MOST_TOLD} more entries lost personal values`,
      });
    }
    return findings;
  }
}

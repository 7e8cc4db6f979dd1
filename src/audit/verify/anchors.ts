import { findNewest, type KeptCheckpoint, readCheckpoints, type UnreadableLine } from '../checkpoint-file.ts';
import type { FileLayer } from '../files.ts';
import type { LogPaths } from '../log-home.ts';
import { isTrusted, type TrustedKey } from '../rotation.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import type { VerifyFinding } from './report.ts';

/** A root that the log's key has signed, and that the entries must lead to. */
export interface Anchor {
  checkpoint: Checkpoint;
  /** Whether the witness holds it, or the log itself. */
  witness: boolean;
  /** When it was signed, as the log's clock said; undefined where nobody knows. */
  time: number | undefined;
}

const MOST_TOLD = 20;
const MOST_FITTING = 32;

/**
 * The checkpoints that entries are measured against: those that the log kept, read as the entries go by, and those
 * that a witness remembers. A signature is checked where it decides something, which is where a root differs.
 */
export class Anchors {
  readonly #keys: readonly TrustedKey[];
  readonly #own: AsyncGenerator<KeptCheckpoint | UnreadableLine>;
  readonly #witness: Anchor[];
  #next: KeptCheckpoint | undefined;
  #unreadable = 0;
  #lastOwn = 0;
  readonly findings: VerifyFinding[] = [];
  /** The newest checkpoint of the log itself that carries its signature. */
  readonly own: Checkpoint | undefined;
  /** The newest one that the witness holds. */
  readonly witnessed: Checkpoint | undefined;
  /** The last ones that the entries led to before any that they did not. */
  readonly #fitting: Anchor[] = [];
  readonly #forged: boolean;
  /** Those that they did not lead to, and that carry the log's signature. */
  readonly bad: Anchor[] = [];

  private constructor(
    keys: readonly TrustedKey[],
    kept: AsyncGenerator<KeptCheckpoint | UnreadableLine>,
    own: Checkpoint | undefined,
    forged: boolean,
    witness: readonly Checkpoint[],
  ) {
    this.#forged = forged;
    this.#keys = keys;
    this.#own = kept;
    this.own = own;
    const valid = witness
      .filter((checkpoint) => isTrusted(checkpoint, keys))
      .toSorted((a, b) => a.size - b.size);
    this.#witness = valid.map((checkpoint) => ({ checkpoint, witness: true, time: undefined }));
    this.witnessed = valid.at(-1);
    if (witness.length > valid.length) {
      this.findings.push({
        kind: 'edited',
        says: 'the witness holds checkpoints that the key of this log did not sign',
      });
    }
  }

  static async open(
    files: FileLayer,
    paths: LogPaths,
    keys: readonly TrustedKey[],
    witness: readonly Checkpoint[],
  ): Promise<Anchors> {
    const { newest } = await findNewest(files, paths.checkpoints);
    const candidates = newest ? [newest.checkpoint] : [];
    const served = await files.read(paths.checkpoint);
    const findings: VerifyFinding[] = [];
    try {
      if (served && served.length > 0) candidates.push(parseCheckpoint(served.toString('utf8')));
    } catch {
      findings.push({ kind: 'edited', says: 'the file "checkpoint" is not a checkpoint' });
    }
    const forged = new Set(
      candidates.filter((candidate) => !isTrusted(candidate, keys)).map(({ size }) => size),
    );
    for (const size of forged) {
      findings.push({
        kind: 'edited',
        says: `the newest checkpoint, of ${size} entries, is not signed by the given key`,
      });
    }
    const own = candidates
      .filter((candidate) => isTrusted(candidate, keys))
      .toSorted((a, b) => b.size - a.size)[0];
    const anchors = new Anchors(
      keys,
      readCheckpoints(files, paths.checkpoints),
      own,
      forged.size > 0,
      witness,
    );
    anchors.findings.push(...findings);
    await anchors.#advance();
    return anchors;
  }

  /** The last checkpoint with the log's signature that the entries led to before any that they did not. */
  get good(): Anchor | undefined {
    return this.#fitting.findLast(({ checkpoint }) => isTrusted(checkpoint, this.#keys));
  }

  /** Whether there are checkpoints of the log itself, but the newest is not signed by its key. */
  get forged(): boolean {
    return this.#forged;
  }

  /** Entries covered by the newest checkpoint of the log itself. */
  get newestOwn(): number {
    return this.own?.size ?? 0;
  }

  /** Entries covered by any checkpoint. */
  get newest(): number {
    return Math.max(this.newestOwn, this.witnessed?.size ?? 0);
  }

  /** The checkpoint with the most entries. */
  get head(): Checkpoint | undefined {
    return this.newestOwn >= (this.witnessed?.size ?? 0) ? this.own : this.witnessed;
  }

  #tell(says: string): void {
    if (this.findings.length < MOST_TOLD) this.findings.push({ kind: 'edited', says });
  }

  async #advance(): Promise<void> {
    for (;;) {
      const { value } = await this.#own.next();
      if (!value) {
        this.#next = undefined;
        return;
      }
      if (!value.checkpoint) {
        this.#unreadable++;
        continue;
      }
      // A line that an interrupted write left can only be the last one.
      if (this.#unreadable > 0)
        this.#tell(`${this.#unreadable} lines in the file of checkpoints cannot be read`);
      this.#unreadable = 0;
      if (value.checkpoint.size < this.#lastOwn) {
        this.#tell(`the kept checkpoint of ${value.checkpoint.size} entries follows one of ${this.#lastOwn}`);
        continue;
      }
      this.#lastOwn = value.checkpoint.size;
      this.#next = value;
      return;
    }
  }

  /** Whether a checkpoint has exactly this many entries. */
  due(size: number): boolean {
    return this.#next?.checkpoint.size === size || this.#witness[0]?.checkpoint.size === size;
  }

  /** Measures the root of so many entries against every checkpoint of that size. */
  async compare(size: number, root: Buffer): Promise<void> {
    while (this.#next?.checkpoint.size === size) {
      this.#judge({ checkpoint: this.#next.checkpoint, witness: false, time: this.#next.time }, root);
      await this.#advance();
    }
    for (let first = this.#witness[0]; first?.checkpoint.size === size; first = this.#witness[0]) {
      this.#judge(first, root);
      this.#witness.shift();
    }
  }

  #judge(anchor: Anchor, root: Buffer): void {
    const { checkpoint } = anchor;
    if (checkpoint.root.equals(root)) {
      if (this.bad.length > 0) return;
      this.#fitting.push(anchor);
      if (this.#fitting.length > MOST_FITTING) this.#fitting.shift();
      return;
    }
    if (!isTrusted(checkpoint, this.#keys)) {
      this.#tell(`the kept checkpoint of ${checkpoint.size} entries is not signed by the key of this log`);
    } else if (this.bad.length < MOST_TOLD) this.bad.push(anchor);
  }

  /** Looks at the checkpoints of more entries than there are; returns those that the key has signed. */
  async rest(): Promise<Anchor[]> {
    const left: Anchor[] = [...this.#witness];
    for (; this.#next; await this.#advance()) {
      const { checkpoint, time } = this.#next;
      if (left.length < MOST_TOLD && isTrusted(checkpoint, this.#keys))
        left.push({ checkpoint, witness: false, time });
    }
    return left.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
  }

  async close(): Promise<void> {
    await this.#own.return(undefined);
  }
}

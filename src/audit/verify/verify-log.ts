import { isGatehouseError } from '../../core/index.ts';
import { diskFiles, type FileLayer, systemCode } from '../files.ts';
import { type LogDescription, type LogPaths, logPaths, readDescription } from '../log-home.ts';
import { readRotations, trustedKeys } from '../rotation.ts';
import { cosignedAt } from '../tree/cosignature.ts';
import type { VerifierKey } from '../tree/note.ts';
import { type Anchor, Anchors } from './anchors.ts';
import { diagnose } from './diagnose.ts';
import { range, type VerifyFinding, type VerifyReport, verdictOf } from './report.ts';
import { type Progress, type Walked, walk } from './walk.ts';
import type { WitnessMemory } from './witness-memory.ts';

export interface VerifyOptions {
  /** The data directory; nothing in it is written. */
  directory: string;
  /** Keys that may have signed the checkpoints; all must name the log's origin. Those that follow by rotation count too. */
  keys: readonly VerifierKey[];
  /** What a witness remembers, undefined without one. */
  witness: WitnessMemory | undefined;
  /** Told every 65,536 entries how many are done. */
  progress?: Progress;
  files?: FileLayer;
}

const MOST_TOLD = 20;

/** A report that says why nothing could be verified. */
export const unreadable = (says: string): VerifyReport => ({
  verdict: 'unreadable',
  origin: undefined,
  entries: 0,
  signed: 0,
  witnessed: undefined,
  witnessedAt: undefined,
  erased: 0,
  pruned: 0,
  findings: [{ kind: 'unreadable', says }],
  notes: [],
});

const momentOf = ({ time, witness, checkpoint }: Anchor): string => {
  const when = time === undefined ? '' : ` at ${new Date(time).toISOString()}`;
  return `${checkpoint.size} entries${witness ? ', as the witness remembers' : when}`;
};

/** The stretch of entries in which something changed, from the last checkpoint that fits to the first that does not. */
const interval = (anchors: Anchors): VerifyFinding[] => {
  const [bad] = anchors.bad;
  if (!bad) return [];
  const from = anchors.good?.checkpoint.size ?? 0;
  const since = anchors.good ? `the checkpoint of ${momentOf(anchors.good)}` : 'the beginning';
  const to = bad.checkpoint.size;
  const says = `${range(from, to)} are not what was signed: between ${since} and the one of ${momentOf(bad)}`;
  return [{ kind: 'edited', says, from, to }];
};

/** A log that grew in two ways: its own checkpoints fit its entries, and the witness holds others. */
const isForked = (anchors: Anchors): boolean =>
  anchors.bad.length > 0 &&
  anchors.bad.every(({ witness }) => witness) &&
  anchors.own !== undefined &&
  anchors.good !== undefined &&
  !anchors.good.witness &&
  anchors.good.checkpoint.size <= anchors.own.size;

class Verification {
  readonly #files: FileLayer;
  readonly #paths: LogPaths;
  readonly #instance: string;
  readonly #anchors: Anchors;
  readonly #walked: Walked;
  readonly findings: VerifyFinding[] = [];
  readonly notes: string[] = [];

  constructor(files: FileLayer, paths: LogPaths, instance: string, anchors: Anchors, walked: Walked) {
    this.#files = files;
    this.#paths = paths;
    this.#instance = instance;
    this.#anchors = anchors;
    this.#walked = walked;
  }

  async #changes(): Promise<void> {
    const { bad, head, newest } = this.#anchors;
    const { damage, entries, pruned } = this.#walked;
    if (damage && damage.sequence >= newest) {
      this.notes.push('The journal ends in an interrupted write, which the next start sets aside.');
    }
    const broken = damage !== undefined && damage.sequence < newest;
    if (bad.length === 0 && !broken && entries >= newest) return;
    if (isForked(this.#anchors)) return this.#forked();
    if (bad.length === 0 && !broken) return this.#cut();
    const found = head
      ? await diagnose(this.#files, this.#paths, { instance: this.#instance, from: pruned, head })
      : [];
    // Told entry by entry where that is possible, else by the stretch between two checkpoints.
    this.findings.push(...(found.length > 0 ? found : interval(this.#anchors)));
    if (this.findings.length === 0 && damage) {
      const { sequence, why } = damage;
      this.findings.push({
        kind: 'edited',
        says: `at entry ${sequence} ${why}`,
        from: sequence,
        to: sequence + 1,
      });
    }
  }

  #forked(): void {
    const [first] = this.#anchors.bad;
    const from = this.#anchors.good?.checkpoint.size ?? 0;
    this.findings.push({
      kind: 'forked',
      says: `the log's key has signed two histories: the witness holds another checkpoint of ${first?.checkpoint.size} entries`,
      from,
    });
  }

  #cut(): void {
    const { entries } = this.#walked;
    const { newest, newestOwn } = this.#anchors;
    const together = newestOwn <= entries ? ', together with their checkpoints' : '';
    const says = `${range(entries, newest)} at the end of the log are gone${together}`;
    this.findings.push({ kind: 'truncated', says, from: entries, to: newest });
  }

  #signatures(): void {
    const { own, newestOwn, witnessed } = this.#anchors;
    const { entries } = this.#walked;
    if (!own && entries > 0 && !this.#anchors.forged) {
      this.findings.push({
        kind: 'deleted',
        says: 'there is no signed checkpoint, so nothing shows that any entry is genuine',
      });
    } else if (own && witnessed && witnessed.size > newestOwn && witnessed.size <= entries) {
      const says = `the checkpoints of the log from ${newestOwn} to ${witnessed.size} entries were removed`;
      this.findings.push({ kind: 'deleted', says });
    } else if (entries > newestOwn) {
      const count = entries - newestOwn;
      this.notes.push(
        `${range(newestOwn, entries)} (${count}) carry no signature yet: a running gate signs within a second.`,
      );
    }
  }

  #kept(): void {
    const { erasures, pruned, tiles, changed } = this.#walked;
    this.findings.push(...changed, ...erasures.findings());
    if (pruned > erasures.pruned) {
      const says = `${range(erasures.pruned, pruned)} at the beginning are gone, and the log records no such removal`;
      this.findings.push({ kind: 'deleted', says, from: erasures.pruned, to: pruned });
    }
    for (const path of tiles.wrong.slice(0, MOST_TOLD)) {
      this.findings.push({
        kind: 'edited',
        says: `the file tile/${path} is not what the journal makes of it`,
      });
    }
    if (tiles.absent > 0) {
      this.notes.push(
        `${tiles.absent} tiles are missing; they are derived, and the next start makes them again.`,
      );
    }
  }

  async run(): Promise<void> {
    const left = await this.#anchors.rest();
    await this.#changes();
    this.#signatures();
    // Against entries that are not the signed ones, every later comparison would fail as well.
    if (this.findings.length === 0) this.#kept();
    this.findings.push(...this.#anchors.findings);
    if (left.length > 0 && this.findings.length === 0) {
      this.findings.push({
        kind: 'truncated',
        says: `checkpoints of up to ${left.at(-1)?.checkpoint.size} entries are left over`,
      });
    }
  }
}

const judge = async (
  { directory, files = diskFiles, keys, witness, progress = () => undefined }: VerifyOptions,
  paths: LogPaths,
  { origin, instance }: LogDescription,
): Promise<VerifyReport> => {
  const trusted = trustedKeys(keys, await readRotations(files, directory));
  const anchors = await Anchors.open(files, paths, trusted, witness?.checkpoints ?? []);
  try {
    const walked = await walk(files, paths, anchors, progress);
    const verification = new Verification(files, paths, instance, anchors, walked);
    await verification.run();
    const { findings, notes } = verification;
    if (keys.some(({ name }) => name !== origin)) {
      findings.push({
        kind: 'edited',
        says: `this is the log ${origin}, and the key belongs to ${keys[0]?.name}`,
      });
    }
    const { witnessed } = anchors;
    if (!witness)
      notes.push(
        'Roll-back not excluded: without a witness, a log cut together with its checkpoints looks whole.',
      );
    const time = witnessed && witness?.key && cosignedAt(witnessed.parsed, witness.key);
    return {
      verdict: verdictOf(findings),
      origin,
      entries: walked.entries,
      signed: anchors.newestOwn,
      witnessed: witness ? (witnessed?.size ?? 0) : undefined,
      witnessedAt: time === undefined ? undefined : time * 1_000,
      erased: walked.erasures.count,
      pruned: walked.pruned,
      findings,
      notes,
    };
  } finally {
    await anchors.close();
  }
};

/**
 * Verifies a log from its directory, its public key and what a witness remembers; nothing is written and nobody is
 * asked. Memory does not grow with the log. What cannot be told apart is called edited.
 */
export const verifyLog = async (options: VerifyOptions): Promise<VerifyReport> => {
  const paths = logPaths(options.directory);
  try {
    return await judge(options, paths, await readDescription(options.files ?? diskFiles, paths));
  } catch (error) {
    if (isGatehouseError(error) && options.witness && error.code === 'log-not-found') {
      const report = unreadable('the whole log is gone');
      report.findings[0] = {
        kind: 'deleted',
        says: 'the witness remembers this log, and it is gone as a whole',
      };
      return { ...report, verdict: 'deleted', witnessed: options.witness.checkpoints[0]?.size };
    }
    if (isGatehouseError(error)) return unreadable(error.message);
    const code = systemCode(error);
    if (code === undefined) throw error;
    return unreadable(`the log cannot be read (${code}): ${(error as Error).message}`);
  }
};

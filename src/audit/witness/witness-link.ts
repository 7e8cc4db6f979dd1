import { GatehouseError, isGatehouseError, type SecurityEvent } from '../../core/index.ts';
import type { FileLayer } from '../files.ts';
import { isTrusted, type TrustedKey } from '../rotation.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import type { NoteSignature, VerifierKey } from '../tree/note.ts';
import { consistencyProof, rootOf } from '../tree/proofs.ts';
import { TileReader } from '../tree/tile-reader.ts';
import { fetchCheckpoint, type Submitted, WitnessClient, type WitnessTarget } from './witness-client.ts';

/** What a link needs of its log. */
export interface LinkedLog {
  files: FileLayer;
  tiles: string;
  key: VerifierKey;
  /** That one and those before it. */
  keys: readonly TrustedKey[];
  cosigned(checkpoint: Checkpoint, lines: readonly NoteSignature[]): Promise<void>;
  /** Reports an event without waiting for it. */
  report(event: SecurityEvent): void;
  /** Called when a witness holds proof that this log is not the one it cosigned: nothing may be signed any more. */
  contradicted(error: GatehouseError): void;
}

/** Milliseconds until a witness that did not answer is asked again. */
const RETRY = 5_000;

const rolledBack = (url: string, remembered: number, size: number): GatehouseError =>
  new GatehouseError(
    'log-rolled-back',
    `the witness ${url} remembers ${remembered} entries of this log, which has ${size}`,
    { remedy: 'Restore the newest copy of the log; an older one cannot be continued.' },
  );

const forked = (url: string, size: number): GatehouseError =>
  new GatehouseError('log-damaged', `the witness ${url} remembers other first ${size} entries of this log`, {
    remedy: 'Run gatehouse audit verify, keep the directory as evidence and restore the log from a backup.',
  });

/** Keeps one witness up to date: whenever a checkpoint is signed, the newest one is submitted. */
export class WitnessLink {
  readonly #client: WitnessClient;
  readonly #log: LinkedLog;
  #size = 0;
  #wanted: Checkpoint | undefined;
  #busy: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #silent = false;
  #closed = false;

  constructor(target: WitnessTarget, log: LinkedLog) {
    this.#client = new WitnessClient(target);
    this.#log = log;
  }

  get url(): string {
    return this.#client.url;
  }

  /** Entries of the log that the witness has cosigned, as far as this process knows. */
  get size(): number {
    return this.#size;
  }

  /** Whether the witness did not answer when it was last asked. */
  get silent(): boolean {
    return this.#silent;
  }

  /**
   * Compares what the witness remembers with the log as it stands at `newest`.
   * @throws {GatehouseError} `log-rolled-back` or `log-damaged` when it remembers more or something else, proven by
   * the log's own signature; a witness that cannot be reached is only reported.
   */
  async compare(newest: Checkpoint | undefined): Promise<void> {
    let remembered: Checkpoint | undefined;
    try {
      remembered = await fetchCheckpoint(this.url, this.#log.key.name);
    } catch (error) {
      this.#fell(error);
      return;
    }
    this.#rose();
    // Without the signature of this log's key it is the claim of anybody.
    if (!remembered || !isTrusted(remembered, this.#log.keys)) return;
    const size = newest?.size ?? 0;
    if (remembered.size > size) throw rolledBack(this.url, remembered.size, size);
    const reader = new TileReader(this.#log.files, this.#log.tiles, remembered.size);
    const same =
      remembered.size === 0 || (await rootOf(reader.hashes, remembered.size)).equals(remembered.root);
    if (!same) throw forked(this.url, remembered.size);
    this.#size = remembered.size;
  }

  /** Submits a checkpoint, or remembers to when an older one is on its way. */
  submit(checkpoint: Checkpoint): void {
    this.#wanted = checkpoint;
    if (this.#closed || this.#busy || this.#retry) return;
    this.#busy = this.#run().finally(() => {
      this.#busy = undefined;
    });
  }

  async #run(): Promise<void> {
    for (let wanted = this.#wanted; wanted; wanted = this.#wanted) {
      this.#wanted = undefined;
      try {
        await this.#submit(wanted);
        this.#rose();
      } catch (error) {
        this.#fell(error);
        this.#wanted ??= wanted;
        if (this.#closed) return;
        this.#retry = setTimeout(() => {
          this.#retry = undefined;
          if (this.#wanted) this.submit(this.#wanted);
        }, RETRY).unref();
        return;
      }
    }
  }

  async #submit(checkpoint: Checkpoint): Promise<void> {
    let answer = await this.#ask(checkpoint);
    if (answer.result === 'conflict' && answer.size !== this.#size && answer.size <= checkpoint.size) {
      this.#size = answer.size;
      answer = await this.#ask(checkpoint);
    }
    if (answer.result === 'cosigned') {
      this.#size = checkpoint.size;
      await this.#log.cosigned(checkpoint, answer.lines);
      return;
    }
    const reason =
      answer.result === 'conflict'
        ? `remembers ${answer.size} entries`
        : `refused (${answer.status}): ${answer.why}`;
    this.#log.report({
      type: 'witness.refused',
      outcome: 'refused',
      fields: { target: this.url.slice(0, 200), reason: reason.slice(0, 200), count: checkpoint.size },
    });
    try {
      await this.compare(checkpoint);
    } catch (error) {
      if (isGatehouseError(error)) this.#log.contradicted(error);
      throw error;
    }
  }

  async #ask(checkpoint: Checkpoint): Promise<Submitted> {
    const reader = new TileReader(this.#log.files, this.#log.tiles, checkpoint.size);
    return this.#client.submit(
      checkpoint,
      this.#size,
      await consistencyProof(reader.hashes, this.#size, checkpoint.size),
    );
  }

  #fell(error: unknown): void {
    if (this.#silent) return;
    this.#silent = true;
    const reason = error instanceof Error ? error.message : 'it does not answer';
    this.#log.report({ type: 'witness.silent', outcome: 'failure', fields: { target: this.url, reason } });
  }

  #rose(): void {
    if (!this.#silent) return;
    this.#silent = false;
    this.#log.report({
      type: 'witness.silent',
      outcome: 'success',
      fields: { target: this.url, reason: 'it answers again' },
    });
  }

  /** Waits for a submission under way, or makes the last one, for at most the time of one request. */
  async close(last: Checkpoint | undefined): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#closed = true;
    await this.#busy;
    if (last && last.size > this.#size && !this.#silent) {
      this.#wanted = last;
      await this.#run();
    }
  }
}

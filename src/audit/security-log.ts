import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  type Clock,
  EVENT_TYPES,
  type EventReceipt,
  type EventSink,
  GatehouseError,
  type SecurityEvent,
} from '../core/index.ts';
import { type Bell, createBell } from './bell.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { CommitQueue, type QueueLimits } from './commit-queue.ts';
import type { EncodedEntry, LogEntry } from './entry.ts';
import { redoBatches } from './erase/batch-redo.ts';
import { erasureEvents, finishErasure, intendErasure } from './erase/erase.ts';
import { type Forgotten, planErasure } from './erase/plan.ts';
import { prepareEvent } from './event-values.ts';
import { EventCounts, formatMetrics } from './export/metrics.ts';
import { diskFiles, type FileLayer, replaceFile, systemCode } from './files.ts';
import type { LogFilter } from './filter.ts';
import { FloodGate, type FloodLimits } from './flood-gate.ts';
import { LogIndex } from './index/log-index.ts';
import { indexedSize } from './index/schema.ts';
import { openIndex, type SearchQuestion } from './index/search.ts';
import { createSealer } from './journal/batch.ts';
import { listSegments } from './journal/segments.ts';
import { type JournalLimits, JournalWriter } from './journal/writer.ts';
import { makeKeyFile, publishKey, readKeyFile, seedOf } from './key-file.ts';
import type { DirectoryLock } from './lock.ts';
import { ensureDescription, type LogPaths, logPaths } from './log-home.ts';
import { queryLog } from './query-log.ts';
import { followJournal } from './read-entries.ts';
import { type Recovered, recover } from './recover.ts';
import { planPruning, prune, type Retention } from './retention.ts';
import { finishRotation, readRotations, trustedKeys } from './rotation.ts';
import { Signer, type SignerLimits } from './signer.ts';
import { ED25519, formatVerifierKey, rawPublicKey, type VerifierKey, verifierKey } from './tree/note.ts';
import type { WitnessTarget } from './witness/witness-client.ts';
import { WitnessLink } from './witness/witness-link.ts';

/** The security log of one instance, open for writing. */
export interface SecurityLog extends EventSink {
  readonly instance: string;
  /** The key that its checkpoints are verified with, as a line (vkey). */
  readonly publicKey: string;
  /** Notes by which it got that key, for witnesses that know an older one. */
  readonly rotations: readonly string[];
  /** Entries as they are committed, from now on or from `filter.from`; ends when `signal` aborts or the log closes. */
  follow(filter: LogFilter, options: { signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** Entries of the past, oldest first; with `filter.limit` the newest of them. */
  query(filter: LogFilter): AsyncIterable<LogEntry>;
  /**
   * Lets a witness cosign every checkpoint from now on.
   * @throws {GatehouseError} `log-rolled-back` or `log-damaged` when it remembers more of this log, or something else.
   */
  addWitness(target: WitnessTarget): Promise<void>;
  /**
   * Erases the personal values about a person from journal and index, for good; numbers, hashes and proofs stay. What
   * is erased is recorded and signed first. Resolves to the number of entries concerned.
   * @throws {GatehouseError} `log-unavailable` when that cannot be recorded; nothing is erased then.
   */
  forget(person: string, accounts?: readonly string[]): Promise<number>;
  /**
   * Removes entries that are older than is kept, in whole segments, after recording that; hashes and proofs stay.
   * Resolves to the number of the first entry that is left.
   */
  prune(retention: Retention): Promise<number>;
  /** Lets every witness cosign a checkpoint of everything recorded so far, and asks them no more. */
  leaveWitnesses(): Promise<void>;
  /** Counts of events since the log was opened, and its own state, in the text format of Prometheus. */
  metrics(): string;
  /** Signs a checkpoint of everything recorded so far. */
  checkpoint(): Promise<void>;
  /** Writes and signs what waits, and lets the directory go. */
  close(): Promise<void>;
}

export interface SecurityLogOptions {
  /** The data directory; the log lives in its folder `log`. */
  directory: string;
  clock: Clock;
  /** Name of this instance; made at random for a new log when left out. */
  instance?: string;
  /** Path of the key that signs checkpoints; `keys/log.key` of the data directory when left out. */
  signingKey?: string;
  /** What is kept of the past; looked at when the log is opened and every hour. Everything when left out. */
  retention?: Retention;
  /** Whether to keep an index for fast questions. Default true. */
  index?: boolean;
  /** The disk, unless a test puts another one in its place. */
  files?: FileLayer;
  limits?: JournalLimits & QueueLimits & SignerLimits & FloodLimits;
}

/** Full tiles that may wait to be written before events wait for them; where they cannot be, events are refused. */
const MOST_BEHIND = 64;

const HOUR = 3_600_000;

const openKey = async (files: FileLayer, path: string, paths: LogPaths): Promise<KeyObject> => {
  const found = readKeyFile(path);
  if (found) return found;
  if ((await files.exists(paths.checkpoints)) || (await files.exists(paths.checkpoint))) {
    throw new GatehouseError('log-key-invalid', `the key ${path} that this log was signed with is missing`, {
      remedy: 'Restore it from a backup; without it the log can be read and verified, but not continued.',
    });
  }
  return makeKeyFile(files, path);
};

const unwritable = (directory: string, cause: unknown): unknown => {
  const code = systemCode(cause);
  if (code === undefined) return cause;
  return new GatehouseError(
    'log-unavailable',
    `the log in ${directory} cannot be opened for writing (${code})`,
    {
      remedy:
        'Make the directory writable for the user that runs Gatehouse, and check that the disk has room.',
      cause,
    },
  );
};

/** What the index covers was in the journal once: an index that knows more shows that the journal was cut. */
const checkIndex = (paths: LogPaths, origin: string, entries: number): void => {
  const database = openIndex(paths.index, origin);
  if (!database) return;
  const covered = indexedSize(database, origin) ?? 0;
  database.close();
  if (covered <= entries) return;
  throw new GatehouseError(
    'log-rolled-back',
    `the index knows ${covered} entries of this log, which has ${entries}`,
    {
      remedy:
        'Restore the newest copy of the log. If you restored an older one on purpose, move the folder log aside.',
    },
  );
};

class OpenLog implements SecurityLog {
  readonly instance: string;
  readonly rotations: readonly string[];
  readonly #files: FileLayer;
  readonly #paths: LogPaths;
  readonly #key: VerifierKey;
  readonly #lock: DirectoryLock;
  readonly #writer: JournalWriter;
  readonly #queue: CommitQueue;
  readonly #signer: Signer;
  readonly #flood: FloodGate;
  readonly #bell: Bell = createBell();
  readonly #closing = new AbortController();
  readonly #links: WitnessLink[] = [];
  readonly #clock: Clock;
  readonly #index: LogIndex | undefined;
  readonly #counts = new EventCounts();
  #maintenance: Promise<unknown> = Promise.resolve();
  #hourly: NodeJS.Timeout | undefined;
  #contradicted: GatehouseError | undefined;

  constructor(
    { files = diskFiles, clock, limits = {}, index = true, retention }: SecurityLogOptions,
    paths: LogPaths,
    instance: string,
    keys: { verifier: VerifierKey; signing: KeyObject; rotations: readonly string[] },
    recovered: Recovered,
    lock: DirectoryLock,
  ) {
    this.instance = instance;
    this.rotations = keys.rotations;
    this.#clock = clock;
    this.#files = files;
    this.#paths = paths;
    this.#key = keys.verifier;
    this.#lock = lock;
    this.#writer = new JournalWriter(
      files,
      paths.journal,
      createSealer(seedOf(keys.signing)),
      recovered.tail,
      limits,
    );
    const kept = new CheckpointFile(files, paths, recovered.checkpointsEnd);
    this.#signer = new Signer(
      { tiles: recovered.tiles, kept, origin: keys.verifier.name, key: keys.signing, clock },
      recovered.signed,
      (checkpoint) => {
        for (const link of this.#links) link.submit(checkpoint);
      },
      limits,
    );
    const guarded = {
      sequence: () => this.#writer.sequence,
      append: (entries: readonly EncodedEntry[]) => this.#append(entries),
    };
    this.#flood = new FloodGate(clock, (event) => this.#queue.take(event), limits);
    this.#queue = new CommitQueue(
      guarded,
      clock,
      instance,
      recovered.newest,
      (entries, leaves) => {
        this.#signer.grow(entries, leaves);
        this.#bell.ring();
        this.#index?.grown(this.#writer.sequence);
      },
      limits,
    );
    const start = { index: paths.index, journal: paths.journal, origin: keys.verifier.name };
    this.#index = index && files === diskFiles ? new LogIndex(start) : undefined;
    this.#index?.grown(recovered.tail.sequence);
    if (retention) this.#retain(retention);
  }

  get publicKey(): string {
    return formatVerifierKey(this.#key);
  }

  async #append(entries: readonly EncodedEntry[]): Promise<Buffer[]> {
    if (this.#contradicted) throw this.#contradicted;
    // Memory holds what the tiles do not: it must not grow because they are written more slowly than the journal.
    if (this.#signer.behind > MOST_BEHIND && this.#signer.failure === undefined) await this.#signer.catchUp();
    if (this.#signer.behind > MOST_BEHIND && this.#signer.failure !== undefined) throw this.#signer.failure;
    return this.#writer.append(entries);
  }

  async record(event: SecurityEvent): Promise<EventReceipt | undefined> {
    const { durability } = EVENT_TYPES[event.type] ?? {};
    if (durability !== undefined) this.#counts.add(event.type, event.outcome, 1);
    if (durability === 'aggregated') {
      this.#flood.take(event);
      return undefined;
    }
    const prepared = prepareEvent(event);
    if (durability === 'sync') return this.#queue.keep(prepared);
    this.#queue.take(prepared);
    return undefined;
  }

  query(filter: LogFilter): AsyncIterable<LogEntry> {
    const index = this.#index;
    const search = index && !index.broken ? (question: SearchQuestion) => index.search(question) : undefined;
    return queryLog(this.#files, this.#paths, search, filter);
  }

  follow(filter: LogFilter, { signal }: { signal: AbortSignal }): AsyncIterable<LogEntry> {
    const from = filter.from ?? this.#writer.sequence;
    const until = AbortSignal.any([signal, this.#closing.signal]);
    return followJournal(this.#files, this.#paths.journal, from, filter, this.#bell.growth, until);
  }

  async addWitness(target: WitnessTarget): Promise<void> {
    const link = new WitnessLink(target, {
      files: this.#files,
      tiles: this.#paths.tiles,
      key: this.#key,
      keys: trustedKeys([this.#key], this.rotations),
      cosigned: (checkpoint, lines) => this.#signer.cosigned(checkpoint, lines),
      report: (event) => this.#queue.take(prepareEvent(event)),
      contradicted: (error) => {
        this.#contradicted = error;
      },
    });
    const newest = await this.#signer.sign();
    await link.compare(newest);
    this.#links.push(link);
    if (newest) link.submit(newest);
  }

  /** Erasing and removing take turns. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#maintenance.then(work);
    this.#maintenance = turn.catch(() => undefined);
    return turn;
  }

  /** Records and signs what is about to be taken away, so that verification can tell it from damage. */
  async #announce(events: readonly SecurityEvent[]): Promise<void> {
    let last = -1;
    for (const event of events) last = (await this.record(event))?.sequence ?? last;
    const signed = await this.#signer.sign();
    if (signed && signed.size > last) return;
    throw new GatehouseError('log-unavailable', 'the log cannot sign what it would have to take away', {
      remedy: 'Make room on the disk that holds the data directory, then try again. Nothing was taken away.',
      cause: this.#signer.failure,
    });
  }

  forget(person: string, accounts: readonly string[] = []): Promise<number> {
    return this.#inTurn(() => this.#forget({ person, accounts }));
  }

  async #forget(forgotten: Forgotten): Promise<number> {
    await this.#queue.drain();
    const plan = await planErasure(this.#files, this.#paths.journal, forgotten);
    const count = new Set([...plan.values()].flat()).size;
    const fields = { subject: forgotten.person, count };
    await this.#announce([{ type: 'person.forgotten', outcome: 'success', fields }, ...erasureEvents(plan)]);
    await intendErasure(this.#files, this.#paths, plan);
    await this.finishErasure();
    return count;
  }

  /** Does what was announced, now or after an interruption. */
  async finishErasure(): Promise<void> {
    const erased = await finishErasure(this.#files, this.#paths);
    if (erased.length > 0) await this.#index?.erased(erased);
  }

  prune(retention: Retention): Promise<number> {
    return this.#inTurn(() => this.#prune(retention));
  }

  async #prune(retention: Retention): Promise<number> {
    const signed = this.#signer.newest?.size ?? 0;
    const keep = await planPruning(this.#files, this.#paths, retention, signed, this.#clock.now());
    if (keep === ((await listSegments(this.#files, this.#paths.journal))[0]?.first ?? 0)) return keep;
    await this.#announce([{ type: 'log.pruned', outcome: 'success', fields: { count: keep } }]);
    await prune(this.#files, this.#paths, keep);
    await this.#index?.pruned(keep);
    return keep;
  }

  #retain(retention: Retention): void {
    const run = () => {
      // A disk that does not let it be recorded is reported by every other event.
      this.prune(retention).catch(() => undefined);
    };
    run();
    this.#hourly = setInterval(run, HOUR).unref();
  }

  metrics(): string {
    return formatMetrics(this.#counts, {
      entries: this.#writer.sequence,
      signed: this.#signer.newest?.size ?? 0,
      waiting: this.#queue.waiting,
      lost: this.#queue.lost,
      witnesses: this.#links.map(({ url, size, silent }) => ({ url, size, silent })),
    });
  }

  async checkpoint(): Promise<void> {
    await this.#queue.drain();
    await this.#signer.sign();
  }

  async leaveWitnesses(): Promise<void> {
    await this.checkpoint();
    for (const link of this.#links.splice(0)) await link.close(this.#signer.newest);
  }

  async close(): Promise<void> {
    try {
      await this.#close();
    } finally {
      // Whatever failed: the next one may have the directory, and finds out for itself.
      this.#lock.release();
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#hourly);
    this.#flood.close();
    await this.#maintenance;
    await this.#queue.drain();
    this.#closing.abort();
    await this.leaveWitnesses();
    await this.#signer.close();
    await this.#writer.close();
    await this.#index?.close();
    const { failure, newest } = this.#signer;
    if (failure === undefined && newest?.size === this.#writer.sequence) {
      await replaceFile(this.#files, this.#paths.clean, Buffer.from(`${newest.size}\n`)).catch(
        () => undefined,
      );
    }
  }
}

/**
 * Opens the log in a data directory for writing, making it when there is none.
 * @throws {GatehouseError} `log-locked` when another process writes to it, `log-unavailable` when the directory
 * cannot be written, `log-damaged` when what was signed is no longer there, `log-key-invalid` without its key.
 */
export const openSecurityLog = async (options: SecurityLogOptions): Promise<SecurityLog> => {
  const { directory, files = diskFiles, signingKey = join(directory, 'keys', 'log.key') } = options;
  const paths = logPaths(directory);
  let lock: DirectoryLock | undefined;
  try {
    await files.makeDirectory(paths.journal);
    await files.syncDirectory(paths.root);
    await files.syncDirectory(directory);
    lock = files.lock(paths.root);
    const { instance, origin } = await ensureDescription(files, paths, options.instance);
    const signing = await openKey(files, signingKey, paths);
    const verifier = verifierKey(origin, ED25519, rawPublicKey(signing));
    await finishRotation(files, directory, verifier);
    const rotations = await readRotations(files, directory);
    await publishKey(files, join(directory, 'keys', 'log.pub'), verifier);
    const clean = await files.exists(paths.clean);
    await files.remove(paths.clean);
    await redoBatches(files, paths);
    const recovered = await recover(files, paths, verifier, createSealer(seedOf(signing)), clean);
    if (files === diskFiles) checkIndex(paths, origin, recovered.tail.sequence);
    const log = new OpenLog(options, paths, instance, { verifier, signing, rotations }, recovered, lock);
    if (recovered.setAside > 0) {
      const reason = `${recovered.setAside} bytes of an interrupted write were set aside`;
      await log.record({ type: 'log.repaired', outcome: 'success', fields: { reason } });
    }
    await log.finishErasure();
    return log;
  } catch (error) {
    lock?.release();
    throw unwritable(directory, error);
  }
};

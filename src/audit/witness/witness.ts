import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, GatehouseError, parseJson, sha256 } from '../../core/index.ts';
import { CheckpointFile, findNewest } from '../checkpoint-file.ts';
import { type FileLayer, replaceFile } from '../files.ts';
import { makeKeyFile, publishKey, readKeyFile } from '../key-file.ts';
import type { DirectoryLock } from '../lock.ts';
import { trustedKeys } from '../rotation.ts';
import { addSignatures, type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { cosign, witnessKey } from '../tree/cosignature.ts';
import {
  ED25519,
  formatSignature,
  formatVerifierKey,
  isSignedBy,
  parseVerifierKey,
  type VerifierKey,
} from '../tree/note.ts';
import { verifyConsistency } from '../tree/proofs.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './protocol.ts';

/** An answer of a witness, by HTTP status as tlog-witness gives them. */
export type WitnessAnswer =
  | { status: 200; lines: string }
  | { status: 400 | 403 | 404 | 422 | 503; why: string }
  | { status: 409; size: number };

export interface WitnessOptions {
  /** Where key, trusted logs and memory live; not the directory of a log. */
  directory: string;
  /** Name in cosignatures, such as `witness.example.com/w1`; kept from the first start. */
  name?: string;
  /** Public keys (vkeys) of logs to trust from now on, beside those trusted before. */
  logs?: readonly string[];
  /** Notes by which a log that is known took another key. */
  rotations?: readonly string[];
  clock: Clock;
  files: FileLayer;
}

interface Known {
  key: VerifierKey;
  latest: Checkpoint | undefined;
  history: CheckpointFile;
  historyAt: number;
  work: Promise<unknown>;
}

const stateSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  logs: z.array(z.string()).max(10_000),
});
type State = z.infer<typeof stateSchema>;

/** The latest checkpoint is kept always, the way to it once in so many milliseconds. */
const HISTORY_EVERY = 60_000;

/** Folder of a log in a witness's memory. */
export const logFolder = (directory: string, origin: string): string =>
  join(directory, 'logs', sha256(origin).toString('hex').slice(0, 32));

/** The files in which a witness remembers a log: its latest checkpoint, and the way there. */
export const memoryPaths = (folder: string): { checkpoint: string; checkpoints: string } => ({
  checkpoint: join(folder, 'checkpoint'),
  checkpoints: join(folder, 'checkpoints.jsonl'),
});

const damaged = (what: string, cause?: unknown): GatehouseError =>
  new GatehouseError('log-damaged', what, {
    remedy: 'Restore the directory of the witness from a backup, or begin a new witness in an empty one.',
    cause,
  });

/**
 * Remembers the newest checkpoint of each log it knows and cosigns only what grew from it. Two processes cannot share
 * its directory, and what it cosigned is on disk before it says so.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #key: KeyObject;
  readonly #lock: DirectoryLock;
  readonly #known = new Map<string, Known>();
  #state: State;

  private constructor(options: WitnessOptions, key: KeyObject, lock: DirectoryLock, state: State) {
    this.#options = options;
    this.#key = key;
    this.#lock = lock;
    this.#state = state;
  }

  /**
   * Opens the memory of a witness, making it on first use.
   * @throws {GatehouseError} `log-locked`, `log-damaged`, `log-key-invalid`, `usage`.
   */
  static async open(options: WitnessOptions): Promise<Witness> {
    const { directory, files } = options;
    await files.makeDirectory(join(directory, 'logs'));
    const lock = files.lock(directory);
    try {
      const path = join(directory, 'witness.key');
      const statePath = join(directory, 'witness.json');
      const saved = await files.read(statePath);
      const found = readKeyFile(path);
      if (saved && !found) throw damaged(`the key ${path} of this witness is missing`);
      const key = found ?? (await makeKeyFile(files, path));
      const state = saved ? readState(saved, statePath) : newState(options, key);
      const witness = new Witness(options, key, lock, state);
      await publishKey(files, join(directory, 'witness.pub'), witness.key);
      for (const log of state.logs) await witness.#load(log);
      for (const log of options.logs ?? []) await witness.trust(log, options.rotations);
      if (!saved) await witness.#save();
      return witness;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The key that cosignatures are checked against. */
  get key(): VerifierKey {
    return witnessKey(this.#state.name, this.#key);
  }

  get origins(): string[] {
    return [...this.#known.keys()];
  }

  async #load(vkey: string): Promise<void> {
    const key = parseVerifierKey(vkey);
    if (key.type !== ED25519) throw damaged(`"${key.name}" is not the key of a log`);
    const folder = logFolder(this.#options.directory, key.name);
    const paths = memoryPaths(folder);
    await this.#options.files.makeDirectory(folder);
    const saved = await this.#options.files.read(paths.checkpoint);
    let latest: Checkpoint | undefined;
    try {
      latest = saved && parseCheckpoint(saved.toString('utf8'));
    } catch (cause) {
      throw damaged(`what this witness remembers of ${key.name} cannot be read`, cause);
    }
    const { newest, end } = await findNewest(this.#options.files, paths.checkpoints);
    if ((newest?.checkpoint.size ?? 0) > (latest?.size ?? 0)) {
      throw damaged(`what this witness remembers of ${key.name} is older than its own history`);
    }
    const history = new CheckpointFile(this.#options.files, { ...paths, checkpoint: undefined }, end);
    this.#known.set(key.name, {
      key,
      latest,
      history,
      historyAt: newest?.time ?? 0,
      work: Promise.resolve(),
    });
  }

  async #save(): Promise<void> {
    const text = `${JSON.stringify(this.#state, null, 2)}\n`;
    await replaceFile(
      this.#options.files,
      join(this.#options.directory, 'witness.json'),
      Buffer.from(text, 'utf8'),
    );
  }

  /**
   * Trusts a log from now on, by its vkey. A log keeps its key: another one for the same origin is refused, unless
   * the known key has signed that it follows.
   * @throws {GatehouseError} `usage` when the origin is known with another key, `proof-invalid` for no key.
   */
  async trust(vkey: string, rotations: readonly string[] = []): Promise<void> {
    const key = parseVerifierKey(vkey);
    const known = this.#known.get(key.name);
    if (known?.key.publicKey.equals(key.publicKey)) return;
    if (known && leadsTo(known.key, key, rotations)) {
      await known.work;
      known.key = key;
      const line = formatVerifierKey(key);
      const logs = this.#state.logs.map((log) => (parseVerifierKey(log).name === key.name ? line : log));
      this.#state = { ...this.#state, logs };
      await this.#save();
      return;
    }
    if (known) {
      throw new GatehouseError('usage', `this witness knows ${key.name} by another key`, {
        remedy:
          'Name its file keys/log.rotations with --rotation when the key was rotated. Otherwise find out why it changed: a log begun anew needs a new name.',
      });
    }
    await this.#load(formatVerifierKey(key));
    this.#state = { ...this.#state, logs: [...this.#state.logs, formatVerifierKey(key)] };
    await this.#save();
  }

  /** The newest checkpoint of a log that this witness cosigned, as a note. */
  latest(origin: string): string | undefined {
    return this.#known.get(origin)?.latest?.note;
  }

  /** Answers one request to add a checkpoint. */
  async add(body: string): Promise<WitnessAnswer> {
    let request: AddCheckpoint;
    let checkpoint: Checkpoint;
    try {
      request = parseAddCheckpoint(body);
      checkpoint = parseCheckpoint(request.note);
    } catch (error) {
      return { status: 400, why: error instanceof Error ? error.message : 'malformed' };
    }
    const known = this.#known.get(checkpoint.origin);
    if (!known) return { status: 404, why: 'this witness does not know the log' };
    if (!isSignedBy(checkpoint.parsed, known.key)) return { status: 403, why: 'the log did not sign this' };
    const turn = known.work.then(() => this.#decide(known, request, checkpoint));
    known.work = turn.catch(() => undefined);
    return turn;
  }

  async #decide(known: Known, { old, proof }: AddCheckpoint, checkpoint: Checkpoint): Promise<WitnessAnswer> {
    if (old > checkpoint.size) return { status: 400, why: 'the old size is larger than the new one' };
    const size = known.latest?.size ?? 0;
    if (old !== size) return { status: 409, size };
    if (known.latest && checkpoint.size === size && !checkpoint.root.equals(known.latest.root)) {
      return { status: 409, size };
    }
    const consistent = known.latest
      ? verifyConsistency(old, checkpoint.size, known.latest.root, checkpoint.root, proof)
      : proof.length === 0;
    if (!consistent) return { status: 422, why: 'the proof does not show that the log only grew' };
    return this.#accept(known, checkpoint);
  }

  async #accept(known: Known, checkpoint: Checkpoint): Promise<WitnessAnswer> {
    const { clock, files, directory } = this.#options;
    const now = clock.now();
    const line = cosign(checkpoint.parsed.text, this.#state.name, this.#key, Math.floor(now / 1_000));
    const note = addSignatures(checkpoint, [line]);
    const paths = memoryPaths(logFolder(directory, checkpoint.origin));
    try {
      await replaceFile(files, paths.checkpoint, Buffer.from(note, 'utf8'));
      known.latest = parseCheckpoint(note);
      if (now - known.historyAt >= HISTORY_EVERY || now < known.historyAt) {
        await known.history.append(note, now);
        known.historyAt = now;
      }
    } catch {
      return { status: 503, why: 'this witness cannot write what it would have to remember' };
    }
    return { status: 200, lines: formatSignature(line) };
  }

  async close(): Promise<void> {
    for (const { work, history } of this.#known.values()) {
      await work;
      await history.close();
    }
    this.#lock.release();
  }
}

/** Whether what both keys have signed leads from the one to the other, and not back. */
const leadsTo = (from: VerifierKey, to: VerifierKey, rotations: readonly string[]): boolean =>
  trustedKeys([from], rotations).some(
    ({ key, until }) => key.publicKey.equals(to.publicKey) && until === Number.POSITIVE_INFINITY,
  );

const readState = (bytes: Buffer, path: string): State => {
  try {
    return stateSchema.parse(parseJson(bytes.toString('utf8')));
  } catch (cause) {
    throw damaged(`${path} is damaged`, cause);
  }
};

const newState = ({ name }: WitnessOptions, key: KeyObject): State => {
  const fallback = `gatehouse.witness/${witnessKey('w', key).publicKey.toString('hex').slice(0, 8)}`;
  return { version: 1, name: name ?? fallback, logs: [] };
};

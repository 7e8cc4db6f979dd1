import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GatehouseError } from '../../core/index.ts';
import type { EntryRange } from '../entry-ranges.ts';
import type { IndexReply, IndexRequest, IndexStart } from './messages.ts';
import type { SearchPage, SearchQuestion } from './search.ts';

type Asked = IndexRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

interface Pending {
  resolve(reply: IndexReply): void;
  reject(error: unknown): void;
}

/** Questions that may wait for the index at once; more are refused, so that they cannot fill the memory. */
const MOST_PENDING = 1_000;

/**
 * Entries and milliseconds for which news of the journal is kept back: waking the thread costs as much as recording an
 * event, a transaction the same for one entry as for a hundred, and the journal answers for what is not covered yet.
 */
const GATHER = { entries: 1_000, milliseconds: 1_000 };

const failed = (cause: unknown): GatehouseError =>
  new GatehouseError('internal', 'the index of the security log does not answer', {
    remedy: 'Stop the gate, remove log/index.db of the data directory and start again: it is made anew.',
    cause,
  });

/** Keeps the index of a log in a thread of its own. When it fails, the log goes on without it. */
export class LogIndex {
  readonly #worker: Worker;
  // Capped by MOST_PENDING: stops questions faster than the index from filling the memory.
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  #failure: unknown;
  #size = 0;
  #told = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(start: IndexStart) {
    const script = new URL(`./index-thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(script, { workerData: start, stderr: false });
    this.#worker.on('message', (reply: IndexReply) => {
      const pending = this.#pending.get(reply.id);
      this.#pending.delete(reply.id);
      if (this.#pending.size === 0) this.#worker.unref();
      pending?.resolve(reply);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the index ended')));
    this.#worker.unref();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(failed(error));
    this.#pending.clear();
  }

  /** Whether the index has given up; questions are then answered from the journal. */
  get broken(): boolean {
    return this.#failure !== undefined;
  }

  async #ask(request: Asked): Promise<IndexReply> {
    if (this.#failure !== undefined || this.#pending.size >= MOST_PENDING) throw failed(this.#failure);
    const id = this.#next++;
    const reply = await new Promise<IndexReply>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // Whoever waits for an answer keeps the process alive, the thread by itself does not.
      this.#worker.ref();
      this.#worker.postMessage({ ...request, id });
    });
    if ('error' in reply) throw failed(reply.error);
    return reply;
  }

  /** Tells the index that the journal holds so many entries. */
  grown(size: number): void {
    if (this.#failure !== undefined) return;
    this.#size = size;
    if (size - this.#told >= GATHER.entries) this.#tell();
    else this.#telling ??= setTimeout(() => this.#tell(), GATHER.milliseconds).unref();
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (this.#failure !== undefined || this.#size === this.#told) return;
    this.#told = this.#size;
    this.#worker.postMessage({ kind: 'grown', size: this.#size } satisfies IndexRequest);
  }

  /** @throws {GatehouseError} `internal` when the index does not answer. */
  async search(question: SearchQuestion): Promise<SearchPage> {
    const reply = await this.#ask({ kind: 'search', question });
    if ('page' in reply) return reply.page;
    throw failed(undefined);
  }

  /** Resolves when nothing of the erased values is left in the index. */
  async erased(ranges: readonly EntryRange[]): Promise<void> {
    await this.#ask({ kind: 'erased', ranges });
  }

  /** Resolves when nothing of the entries before `keep` is left in the index. */
  async pruned(keep: number): Promise<void> {
    await this.#ask({ kind: 'pruned', keep });
  }

  async close(): Promise<void> {
    this.#tell();
    if (this.#failure === undefined) await this.#ask({ kind: 'close' }).catch(() => undefined);
    await this.#worker.terminate();
  }
}

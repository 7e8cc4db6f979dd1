import { hash } from 'node:crypto';
import { z } from 'zod';
import type { FunctionCode } from '../lower/ir.ts';
import type { Given } from './canonical.ts';
import type { Engine } from './engine.ts';
import { type StoredSummary, SummaryReader, SummaryWriter, storedSummarySchema } from './stored-summary.ts';
import type { Summary } from './summary.ts';

const recordsSchema = z.array(z.tuple([z.string().max(64), storedSummarySchema]));

/**
 * Summaries that outlive the run that made them, by the content of the function's module and the shape of the
 * arguments. One that rests on a module that has changed is not used.
 */
export class SummaryStore {
  readonly #records: Map<string, StoredSummary>;

  /** @param records what {@link toJSON} gave, read back. @throws {z.ZodError} for anything else. */
  constructor(records: unknown = []) {
    this.#records = new Map(recordsSchema.parse(records));
  }

  get size(): number {
    return this.#records.size;
  }

  toJSON(): unknown {
    return [...this.#records];
  }

  #key(writer: SummaryWriter, fn: FunctionCode, given: Given): string {
    return hash('sha256', `${fn.key}\0${writer.shape(given)}`, 'base64url');
  }

  /** The summary of a call of `fn`, as another run has made it; undefined when none did, or what it rests on has changed. */
  read(engine: Engine, fn: FunctionCode, given: Given): Summary | undefined {
    const stored = this.#records.get(this.#key(writerOf(engine), fn, given));
    if (stored === undefined) return undefined;
    return new SummaryReader((digest) => engine.byDigest.get(digest)).read(stored, given);
  }

  /** Keeps a summary, unless it rests on more than the content of modules. */
  write(engine: Engine, fn: FunctionCode, given: Given, summary: Summary): void {
    const writer = writerOf(engine);
    const stored = storedSummarySchema.safeParse(writer.write(summary));
    if (stored.success) this.#records.set(this.#key(writer, fn, given), stored.data);
  }
}

const writerOf = (engine: Engine): SummaryWriter => new SummaryWriter((file) => engine.digestOf(file));

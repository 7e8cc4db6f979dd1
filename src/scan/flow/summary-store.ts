import { hash } from 'node:crypto';
import { z } from 'zod';
import { GatehouseError } from '../../core/index.ts';
import type { FunctionCode } from '../lower/ir.ts';
import { LIBRARIES } from '../models/all.ts';
import type { Given } from './canonical.ts';
import type { Engine } from './engine.ts';
import { type StoredSummary, SummaryReader, SummaryWriter, storedSummarySchema } from './stored-summary.ts';
import type { Summary } from './summary.ts';

/** Raised whenever the flow is followed in another way. */
const REVISION = 1;

/** Names what summaries follow from beside the code that they are of: how it is followed, and the models. */
const madeBy = (): string => hash('sha256', `${REVISION}\0${JSON.stringify(LIBRARIES)}`, 'base64url');

const storeSchema = z.strictObject({
  madeBy: z.string().max(64),
  records: z.array(z.tuple([z.string().max(64), storedSummarySchema])),
});

/**
 * Summaries that outlive the run that made them, by the content of the function's module and the shape of the
 * arguments. One that rests on a module that has changed is not used, and none when the models have.
 */
export class SummaryStore {
  readonly #records: Map<string, StoredSummary>;
  readonly #madeBy = madeBy();

  /**
   * @param stored what {@link toJSON} gave, read back; a new store without it.
   * @throws {GatehouseError} `scan-summaries-unreadable` for anything else.
   */
  constructor(stored?: unknown) {
    const read = storeSchema.safeParse(stored ?? { madeBy: this.#madeBy, records: [] });
    if (!read.success)
      throw new GatehouseError(
        'scan-summaries-unreadable',
        'what was kept of an earlier scan cannot be read',
        {
          remedy: 'Delete it: the next scan makes it anew.',
          cause: read.error,
        },
      );
    this.#records = new Map(read.data.madeBy === this.#madeBy ? read.data.records : []);
  }

  get size(): number {
    return this.#records.size;
  }

  toJSON(): z.infer<typeof storeSchema> {
    return { madeBy: this.#madeBy, records: [...this.#records] };
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

// The thread that keeps the index: SQLite blocks whoever calls it, and the gate must not wait.
import { parentPort, workerData } from 'node:worker_threads';
import { type EntryRange, RangeSet } from '../entry-ranges.ts';
import { diskFiles } from '../files.ts';
import { type JournalBatch, JournalCursor } from '../journal/cursor.ts';
import { IndexWriter } from './index-writer.ts';
import type { IndexReply, IndexRequest, IndexStart } from './messages.ts';
import { search } from './search.ts';

/** Entries of one transaction: long enough to be fast, short enough for a question to wait for. */
const MOST_AT_ONCE = 1_000;

const { index, journal, origin } = workerData as IndexStart;
const writer = new IndexWriter(index, origin);
let wanted = 0;
let closing = false;
let cursor: JournalCursor | undefined;
let working: Promise<void> | undefined;

const reply = (message: IndexReply): void => parentPort?.postMessage(message);

const takeSome = async (): Promise<boolean> => {
  cursor ??= new JournalCursor(diskFiles, journal, writer.size);
  const batches: JournalBatch[] = [];
  for (let count = 0; count < MOST_AT_ONCE; ) {
    const found = await cursor.next();
    if (found.kind !== 'batch') break;
    // The bytes of a batch are good only until the next one is read.
    const bytes = Buffer.from(found.bytes);
    const shift = found.bytes.byteOffset;
    const move = (view: Buffer) =>
      bytes.subarray(view.byteOffset - shift, view.byteOffset - shift + view.length);
    const frames = found.frames.map(({ prefixed, openings }) => ({
      prefixed: move(prefixed),
      openings: move(openings),
    }));
    batches.push({ ...found, bytes, frames });
    count += found.count;
  }
  if (batches.length === 0) return false;
  writer.add(batches);
  return writer.size < wanted;
};

const forgetCursor = async (): Promise<void> => {
  await cursor?.close();
  cursor = undefined;
};

const catchUp = async (): Promise<void> => {
  try {
    while (!closing && writer.size < wanted && (await takeSome()));
  } catch {
    // The journal may have been pruned under the cursor, or be in the middle of an erasure: begin again where we are.
    await forgetCursor();
  }
};

const eachBatch = async (
  ranges: readonly EntryRange[],
  act: (batch: JournalBatch, set: RangeSet) => void,
): Promise<void> => {
  const set = new RangeSet(ranges);
  for (const { from, to } of ranges) {
    const reader = new JournalCursor(diskFiles, journal, from);
    try {
      for (
        let found = await reader.next();
        found.kind === 'batch' && found.first < to;
        found = await reader.next()
      ) {
        act(found, set);
      }
    } finally {
      await reader.close();
    }
  }
};

const handle = async (request: IndexRequest): Promise<IndexReply | undefined> => {
  switch (request.kind) {
    case 'grown': {
      wanted = Math.max(wanted, request.size);
      working ??= catchUp().finally(() => {
        working = undefined;
      });
      return undefined;
    }
    case 'search':
      return { id: request.id, page: search(writer.database, origin, request.question) };
    case 'erased': {
      await working;
      // It may hold what it read ahead before the erasure.
      await forgetCursor();
      await eachBatch(request.ranges, (batch, set) => writer.replace(batch, (sequence) => set.has(sequence)));
      writer.settle();
      return { id: request.id, done: true };
    }
    case 'pruned': {
      await working;
      writer.prune(request.keep);
      writer.settle();
      return { id: request.id, done: true };
    }
    case 'close': {
      // What is left is for the next start: a gate that stops must not wait for it.
      closing = wanted - writer.size > MOST_AT_ONCE;
      await working;
      await cursor?.close();
      writer.close();
      return { id: request.id, done: true };
    }
  }
};

parentPort?.on('message', (request: IndexRequest) => {
  handle(request).then(
    (answer) => {
      if (answer) reply(answer);
      if (request.kind === 'close') process.exit(0);
    },
    (error: unknown) => {
      if ('id' in request)
        reply({ id: request.id, error: error instanceof Error ? error.message : String(error) });
    },
  );
});

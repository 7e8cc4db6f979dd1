import { type CommittedEntry, parseCommitted } from '../entry.ts';
import type { FileLayer } from '../files.ts';
import { findHead, HEAD_SIZE, parseFrames, parseHead, SEAL_SIZE } from '../journal/batch.ts';
import { listSegments } from '../journal/segments.ts';
import { digestText } from '../tree/hashes.ts';

/** An entry found in a damaged journal, wherever it stands. */
export interface LooseEntry {
  /** Leaf hash as latin1 text. */
  leaf: string;
  /** What the entry says of itself, undefined when it is not an entry. */
  says: CommittedEntry | undefined;
}

const readEntry = (prefixed: Buffer): LooseEntry => {
  const leaf = digestText(prefixed);
  try {
    return { leaf, says: parseCommitted(prefixed.subarray(1)) };
  } catch {
    return { leaf, says: undefined };
  }
};

/**
 * Every entry that can still be made out, in the order of the files: heads are looked for, checksums and places are
 * not believed. Holds one segment in memory.
 */
export async function* readLoosely(files: FileLayer, journal: string): AsyncGenerator<LooseEntry> {
  for (const { path } of await listSegments(files, journal)) {
    const bytes = (await files.read(path)) ?? Buffer.alloc(0);
    for (let at = findHead(bytes, 0); at >= 0; ) {
      const head = parseHead(bytes.subarray(at, at + HEAD_SIZE));
      const end = at + HEAD_SIZE + (head?.length ?? 0);
      const frames = head && parseFrames(bytes.subarray(at + HEAD_SIZE, end), head.count);
      for (const { prefixed } of frames ?? []) yield readEntry(prefixed);
      at = findHead(bytes, frames ? end + SEAL_SIZE : at + 4);
    }
  }
}

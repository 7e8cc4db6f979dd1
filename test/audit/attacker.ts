// What somebody can do who may write every file of a data directory except the signing key: take the journal apart,
// put it together again with correct lengths, numbers and checksums, and derive tiles to match.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles } from '../../src/audit/files.ts';
import {
  encodeBatch,
  type Frame,
  HEAD_SIZE,
  parseFrames,
  parseHead,
  SEAL_SIZE,
  sealBatch,
} from '../../src/audit/journal/batch.ts';
import { segmentPath } from '../../src/audit/journal/segments.ts';
import { leafHash } from '../../src/audit/tree/hashes.ts';
import { TileWriter } from '../../src/audit/tree/tile-writer.ts';

/** An entry as it lies in the journal. */
export interface StoredEntry {
  entry: Buffer;
  openings: Buffer;
}

const journalOf = (data: string): string => join(data, 'log', 'journal');

const copyFrame = ({ prefixed, openings }: Frame): StoredEntry => ({
  entry: Buffer.from(prefixed.subarray(1)),
  openings: Buffer.from(openings),
});

/** Every entry of a journal, in order. */
export const readJournal = (data: string): StoredEntry[] => {
  const entries: StoredEntry[] = [];
  for (const name of readdirSync(journalOf(data)).sort()) {
    const bytes = readFileSync(join(journalOf(data), name));
    for (let at = 0; ; ) {
      const head = parseHead(bytes.subarray(at, at + HEAD_SIZE));
      if (!head) break;
      const end = at + HEAD_SIZE + head.length;
      entries.push(...(parseFrames(bytes.subarray(at + HEAD_SIZE, end), head.count) ?? []).map(copyFrame));
      at = end + SEAL_SIZE;
    }
  }
  return entries;
};

/** Writes a whole journal anew, `first` being the number of its first entry. Only the seals cannot be forged. */
export const writeJournal = (data: string, entries: readonly StoredEntry[], first = 0): void => {
  rmSync(journalOf(data), { recursive: true });
  mkdirSync(journalOf(data));
  const parts: Buffer[] = [];
  for (let at = 0; at < entries.length; at += 7) {
    const batch = entries
      .slice(at, at + 7)
      .map((entry) => ({ ...entry, receipt: { id: '', instance: '', sequence: 0 }, time: 0 }));
    const { bytes } = encodeBatch(batch, first + at, randomBytes(SEAL_SIZE));
    sealBatch(bytes, randomBytes(SEAL_SIZE));
    parts.push(bytes);
  }
  writeFileSync(segmentPath(journalOf(data), first), Buffer.concat(parts));
};

/** Derives tiles and bundles from the journal as it stands now. */
export const writeTiles = async (data: string): Promise<void> => {
  const tiles = join(data, 'log', 'tile');
  rmSync(tiles, { recursive: true, force: true });
  const writer = new TileWriter(diskFiles, tiles);
  for (const { entry } of readJournal(data)) writer.append(leafHash(entry), entry);
  await writer.write(writer.snapshot());
};

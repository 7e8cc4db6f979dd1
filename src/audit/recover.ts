import { join } from 'node:path';
import { findNewest } from './checkpoint-file.ts';
import { type FileLayer, putDerived, replaceFile } from './files.ts';
import type { Sealer } from './journal/batch.ts';
import type { JournalDamage } from './journal/cursor.ts';
import { listSegments } from './journal/segments.ts';
import type { LogPaths } from './log-home.ts';
import { damaged, Replay, type Replayed } from './replay.ts';
import { type Checkpoint, parseCheckpoint } from './tree/checkpoint.ts';
import { isSignedBy, type VerifierKey } from './tree/note.ts';
import { bundlePath, hashesAtLevel, TILE_WIDTH, tileLevels, tilePath } from './tree/tile-paths.ts';
import { TileReader } from './tree/tile-reader.ts';
import { TileWriter } from './tree/tile-writer.ts';

/** The state that a writer goes on from. */
export interface Recovered extends Omit<Replayed, 'damage'> {
  /** Grown to the end of the journal. */
  tiles: TileWriter;
  /** The newest checkpoint that was signed. */
  signed: Checkpoint | undefined;
  /** Bytes of the file of checkpoints that hold whole lines. */
  checkpointsEnd: number;
  /** Bytes of an interrupted write that were set aside; 0 when there were none. */
  setAside: number;
}

/** The newest checkpoint that carries a signature of the log; one without it is damage. */
const findSigned = async (
  files: FileLayer,
  paths: LogPaths,
  key: VerifierKey,
): Promise<Pick<Recovered, 'signed' | 'checkpointsEnd'>> => {
  const { newest, end } = await findNewest(files, paths.checkpoints);
  const candidates = newest ? [newest.checkpoint] : [];
  const served = await files.read(paths.checkpoint);
  try {
    if (served) candidates.push(parseCheckpoint(served.toString('utf8')));
  } catch {
    // This copy is not flushed, so a loss of power may have spoilt it; the file of all checkpoints is.
  }
  for (const candidate of candidates) {
    if (candidate.origin !== key.name || !isSignedBy(candidate.parsed, key)) {
      throw damaged(`a checkpoint of ${candidate.size} entries is not signed by the key of this log`);
    }
  }
  candidates.sort((a, b) => b.size - a.size);
  return { signed: candidates[0], checkpointsEnd: end };
};

/** Whether every full tile and bundle is there: a loss of power may have taken the newest names. */
const haveTiles = async (
  files: FileLayer,
  directory: string,
  size: number,
  first: number,
): Promise<boolean> => {
  for (let level = 0; level < tileLevels(size); level++) {
    for (let index = 0; (index + 1) * TILE_WIDTH <= hashesAtLevel(size, level); index++) {
      if (!(await files.exists(join(directory, tilePath(level, index, TILE_WIDTH))))) return false;
      if (level > 0 || index * TILE_WIDTH < first) continue;
      if (!(await files.exists(join(directory, bundlePath(index, TILE_WIDTH))))) return false;
    }
  }
  return true;
};

/** The tree as its tiles tell it at the last full bundle, undefined when they do not lead to the signed root. */
const fromTiles = async (
  files: FileLayer,
  paths: LogPaths,
  signed: Checkpoint,
): Promise<TileWriter | undefined> => {
  const tiles = new TileWriter(files, paths.tiles);
  try {
    tiles.restore(signed.size, await new TileReader(files, paths.tiles, signed.size).edge());
    if (!tiles.root().equals(signed.root)) return undefined;
    const whole = Math.floor(signed.size / TILE_WIDTH) * TILE_WIDTH;
    tiles.restore(whole, await new TileReader(files, paths.tiles, whole).edge());
    return tiles;
  } catch {
    return undefined;
  }
};

/** The tree before the journal begins: empty, or the hashes of what retention has removed. */
const fromJournal = async (files: FileLayer, paths: LogPaths, first: number): Promise<TileWriter> => {
  const tiles = new TileWriter(files, paths.tiles);
  const reader = new TileReader(files, paths.tiles, first);
  for (let index = 0; index * TILE_WIDTH < first; index++) {
    for (const leaf of await reader.tile(0, index)) tiles.append(leaf, undefined);
    await tiles.writeFull();
  }
  return tiles;
};

/** Keeps what an interrupted write left behind the last whole batch, without the zeros at its end. */
const setAside = async (files: FileLayer, paths: LogPaths, damage: JournalDamage): Promise<number> => {
  const newest = (await listSegments(files, paths.journal)).at(-1);
  if (newest?.first !== damage.segment.first) {
    throw damaged(`the journal goes on behind entry ${damage.sequence}, but there ${damage.why}`);
  }
  const file = await files.open(damage.segment.path, 'read');
  let bytes: Buffer;
  try {
    bytes = await file.read(damage.offset, (await file.size()) - damage.offset);
  } finally {
    await file.close();
  }
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  await replaceFile(files, join(paths.root, `torn-${damage.sequence}.bin`), bytes.subarray(0, end));
  return end;
};

/**
 * Finds out where a log stands: journal, tiles and checkpoints are compared, what an interrupted write left is set
 * aside, tiles are made again where they are missing. What was signed is never repaired.
 * @param clean whether the log was closed in order, so that no tile can be missing unless somebody removed it.
 * @throws {GatehouseError} `log-damaged` when signed entries are missing or changed, or entries that no checkpoint has
 * signed yet do not carry the seal of the log's key.
 */
export const recover = async (
  files: FileLayer,
  paths: LogPaths,
  key: VerifierKey,
  sealer: Sealer,
  clean: boolean,
): Promise<Recovered> => {
  const { signed, checkpointsEnd } = await findSigned(files, paths, key);
  const first = (await listSegments(files, paths.journal))[0]?.first ?? 0;
  const quick = signed && (clean || (await haveTiles(files, paths.tiles, signed.size, first)));
  const tiles =
    (quick && (await fromTiles(files, paths, signed))) || (await fromJournal(files, paths, first));
  const { damage, ...replayed } = await new Replay(sealer, tiles, signed).run(files, paths.journal);
  const aside = damage ? await setAside(files, paths, damage) : 0;
  if (signed && !clean) {
    await tiles.write(tiles.snapshot());
    await putDerived(files, paths.checkpoint, Buffer.from(signed.note, 'utf8'), true);
  }
  return { ...replayed, tiles, signed, checkpointsEnd, setAside: aside };
};

import { join } from 'node:path';
import { sha256 } from '../../core/index.ts';
import { type FileLayer, replaceFile, writeFully } from '../files.ts';
import { segmentPath } from '../journal/segments.ts';
import type { LogPaths } from '../log-home.ts';

/** A batch of the journal with personal values overwritten; as long as the one in its place. */
export interface ChangedBatch {
  /** First entry of its segment. */
  segment: number;
  offset: number;
  bytes: Buffer;
}

const HEAD_SIZE = 20;
const DIGEST_SIZE = 32;

const encode = (batches: readonly ChangedBatch[]): Buffer => {
  const parts = batches.flatMap(({ segment, offset, bytes }) => {
    const head = Buffer.alloc(HEAD_SIZE);
    head.writeBigUInt64BE(BigInt(segment));
    head.writeBigUInt64BE(BigInt(offset), 8);
    head.writeUInt32BE(bytes.length, 16);
    return [head, bytes];
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([sha256(body), body]);
};

const decode = (redo: Buffer): ChangedBatch[] => {
  const body = redo.subarray(DIGEST_SIZE);
  if (redo.length < DIGEST_SIZE || !sha256(body).equals(redo.subarray(0, DIGEST_SIZE))) return [];
  const batches: ChangedBatch[] = [];
  for (let at = 0; at + HEAD_SIZE <= body.length; ) {
    const end = at + HEAD_SIZE + body.readUInt32BE(at + 16);
    batches.push({
      segment: Number(body.readBigUInt64BE(at)),
      offset: Number(body.readBigUInt64BE(at + 8)),
      bytes: body.subarray(at + HEAD_SIZE, end),
    });
    at = end;
  }
  return batches;
};

const redoPath = (paths: LogPaths): string => join(paths.root, 'erasing.batches');

const apply = async (files: FileLayer, paths: LogPaths, batches: readonly ChangedBatch[]): Promise<void> => {
  for (const { segment, offset, bytes } of batches) {
    const path = segmentPath(paths.journal, segment);
    // Retention may have been there in between.
    if (!(await files.exists(path))) continue;
    const file = await files.open(path, 'write');
    try {
      await writeFully(file, bytes, offset);
      await file.sync();
    } finally {
      await file.close();
    }
  }
};

/** Overwrites batches so that an interruption leaves each of them as it was or as it has to be. */
export const overwriteBatches = async (
  files: FileLayer,
  paths: LogPaths,
  batches: readonly ChangedBatch[],
): Promise<void> => {
  await replaceFile(files, redoPath(paths), encode(batches));
  await apply(files, paths, batches);
  await files.remove(redoPath(paths));
  await files.syncDirectory(paths.root);
};

/** Finishes an overwriting that was interrupted. Runs before anything of the journal is read. */
export const redoBatches = async (files: FileLayer, paths: LogPaths): Promise<void> => {
  const redo = await files.read(redoPath(paths));
  if (!redo) return;
  await apply(files, paths, decode(redo));
  await files.remove(redoPath(paths));
};

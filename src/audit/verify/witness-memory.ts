import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GatehouseError } from '../../core/index.ts';
import { readCheckpoints } from '../checkpoint-file.ts';
import type { FileLayer } from '../files.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from '../tree/note.ts';
import { logFolder, memoryPaths } from '../witness/witness.ts';
import { fetchCheckpoint, fetchKey } from '../witness/witness-client.ts';

/** What a witness remembers of one log. Nothing of it is verified yet. */
export interface WitnessMemory {
  /** Where it came from, for people. */
  source: string;
  /** The key of the witness, where it is known. */
  key: VerifierKey | undefined;
  /** The newest checkpoint first. */
  checkpoints: Checkpoint[];
}

const none = (source: string, origin: string): GatehouseError =>
  new GatehouseError('witness-unavailable', `the witness ${source} remembers nothing of ${origin}`, {
    remedy: 'Name the witness of this log: its address, its directory, or a checkpoint saved from it.',
  });

const fromUrl = async (url: string, origin: string): Promise<WitnessMemory> => {
  const checkpoint = await fetchCheckpoint(url, origin);
  if (!checkpoint) throw none(url, origin);
  return { source: url, key: await fetchKey(url), checkpoints: [checkpoint] };
};

const fromDirectory = async (files: FileLayer, directory: string, origin: string): Promise<WitnessMemory> => {
  const paths = memoryPaths(logFolder(directory, origin));
  const latest = await files.read(paths.checkpoint);
  if (!latest) throw none(directory, origin);
  const checkpoints = [parseCheckpoint(latest.toString('utf8'))];
  for await (const line of readCheckpoints(files, paths.checkpoints)) {
    if (line.checkpoint) checkpoints.push(line.checkpoint);
  }
  const key = await files.read(join(directory, 'witness.pub'));
  return { source: directory, key: key && parseVerifierKey(key.toString('utf8')), checkpoints };
};

/**
 * What a witness remembers of the log `origin`: asked at its address, or read from its directory or from a checkpoint
 * that was saved from it.
 * @throws {GatehouseError} `witness-unavailable` when there is nothing, `proof-invalid` when it is malformed.
 */
export const readWitness = async (
  files: FileLayer,
  witness: string,
  origin: string,
): Promise<WitnessMemory> => {
  if (/^https?:\/\//.test(witness)) return fromUrl(witness, origin);
  const found = await stat(witness).catch(() => undefined);
  if (found?.isDirectory()) return fromDirectory(files, witness, origin);
  const bytes = await files.read(witness);
  if (!bytes) throw none(witness, origin);
  const checkpoint = parseCheckpoint(bytes.toString('utf8'));
  if (checkpoint.origin !== origin) throw none(witness, origin);
  return { source: witness, key: undefined, checkpoints: [checkpoint] };
};

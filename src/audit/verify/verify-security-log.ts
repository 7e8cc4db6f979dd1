import { stat } from 'node:fs/promises';
import { isGatehouseError } from '../../core/index.ts';
import { diskFiles } from '../files.ts';
import { ownKeyPath, readPublicKeys } from '../keys.ts';
import { logPaths, readDescription } from '../log-home.ts';
import type { VerifierKey } from '../tree/note.ts';
import { localWitnessDirectory } from '../witness/local-witness.ts';
import type { VerifyReport } from './report.ts';
import { unreadable, verifyLog } from './verify-log.ts';
import { readWitness, type WitnessMemory } from './witness-memory.ts';

export interface VerifySecurityLogOptions {
  /** The data directory; nothing in it is written. */
  directory: string;
  /** File of public keys; the one in the directory itself when left out, which the report then says. */
  publicKey?: string;
  /** Address, directory or saved checkpoint of a witness; the one beside the gate, if any, when left out. */
  witness?: string;
  /** Told now and then how many entries are done. */
  progress?: (done: number) => void;
}

const OWN_KEY =
  'The public key was taken from the directory itself: whoever could write there could have replaced it. ' +
  'Name a copy from elsewhere with --public-key.';

const findWitness = async (
  directory: string,
  witness: string | undefined,
  origin: string,
): Promise<WitnessMemory | undefined> => {
  if (witness !== undefined) return readWitness(diskFiles, witness, origin);
  const local = localWitnessDirectory(directory);
  if (!(await stat(local).catch(() => undefined))) return undefined;
  try {
    return await readWitness(diskFiles, local, origin);
  } catch (error) {
    if (isGatehouseError(error, 'witness-unavailable')) return undefined;
    throw error;
  }
};

/**
 * Verifies the security log of a data directory without the gate, from files alone unless the witness is an address.
 * @throws {GatehouseError} `witness-unavailable` when the witness that was named has nothing to say.
 */
export const verifySecurityLog = async (options: VerifySecurityLogOptions): Promise<VerifyReport> => {
  const { directory, publicKey, witness, progress } = options;
  let keys: VerifierKey[];
  try {
    keys = await readPublicKeys(publicKey ?? ownKeyPath(directory));
  } catch (error) {
    if (isGatehouseError(error)) return unreadable(error.message);
    throw error;
  }
  // The key names the log that is asked for; what the directory calls itself is not to be trusted.
  const origin = keys[0]?.name ?? (await readDescription(diskFiles, logPaths(directory))).origin;
  const memory = await findWitness(directory, witness, origin);
  const report = await verifyLog({ directory, keys, witness: memory, ...(progress ? { progress } : {}) });
  if (publicKey === undefined) report.notes.push(OWN_KEY);
  return report;
};

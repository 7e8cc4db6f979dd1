import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, GatehouseError } from '../core/index.ts';
import { CheckpointFile, findNewest } from './checkpoint-file.ts';
import { diskFiles, type FileLayer, replaceFile } from './files.ts';
import { privatePem, publishKey, readKeyFile } from './key-file.ts';
import { logPaths, readDescription } from './log-home.ts';
import { finishRotation, intendRotation, signRotation } from './rotation.ts';
import { openSecurityLog } from './security-log.ts';
import { addSignatures } from './tree/checkpoint.ts';
import { ED25519, formatVerifierKey, isSignedBy, rawPublicKey, signNote, verifierKey } from './tree/note.ts';

export interface RotateKeyOptions {
  /** The data directory of a gate that does not run. */
  directory: string;
  clock: Clock;
  /** The disk, unless a test puts another one in its place. */
  files?: FileLayer;
}

const unfinished = (): GatehouseError =>
  new GatehouseError('log-unavailable', 'the log could not be signed whole, so its key stays', {
    remedy: 'Make room on the disk that holds the data directory, then try again.',
  });

/**
 * Gives a log a new signing key. The old one records that, signs everything there is together with the new one, and
 * goes. Killed at any moment, the log has one of the two keys and goes on. Resolves to the new public key (a vkey).
 * @throws {GatehouseError} `log-locked` while a gate has the log, `log-not-found`, and the errors of opening it.
 */
export const rotateLogKey = async ({
  directory,
  clock,
  files = diskFiles,
}: RotateKeyOptions): Promise<string> => {
  const paths = logPaths(directory);
  const { origin } = await readDescription(files, paths);
  const keyPath = join(directory, 'keys', 'log.key');
  const { privateKey: next } = generateKeyPairSync('ed25519');
  const to = verifierKey(origin, ED25519, rawPublicKey(next));

  const log = await openSecurityLog({ directory, clock, files });
  try {
    // The id alone: what looks drawn at random is taken out of every text.
    const target = `${origin}+${to.id.toString(16).padStart(8, '0')}`;
    const fields = { target, reason: 'the signing key of this log gives way to the one named' };
    await log.record({ type: 'key.rotated', outcome: 'success', fields });
  } finally {
    await log.close();
  }

  const lock = files.lock(paths.root);
  try {
    const old = readKeyFile(keyPath);
    const { newest, end } = await findNewest(files, paths.checkpoints);
    const from = old && verifierKey(origin, ED25519, rawPublicKey(old));
    // The mark of a log that was closed in order: every entry is under the newest checkpoint.
    const whole = await files.read(paths.clean);
    if (!old || !from || !newest || whole?.toString('utf8') !== `${newest.checkpoint.size}\n`)
      throw unfinished();
    if (!isSignedBy(newest.checkpoint.parsed, from)) throw unfinished();
    const { checkpoint } = newest;
    const kept = new CheckpointFile(files, paths, end);
    try {
      const line = signNote(checkpoint.parsed.text, origin, next);
      await kept.append(addSignatures(checkpoint, [line]), clock.now());
    } finally {
      await kept.close();
    }
    const note = signRotation({ size: checkpoint.size, from, to }, { from: old, to: next });
    await intendRotation(files, directory, note);
    await replaceFile(files, keyPath, privatePem(next), 0o600);
    await finishRotation(files, directory, to);
    await publishKey(files, join(directory, 'keys', 'log.pub'), to);
    return formatVerifierKey(to);
  } finally {
    lock.release();
  }
};

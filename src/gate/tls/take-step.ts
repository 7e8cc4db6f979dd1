import { execFile } from 'node:child_process';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { GatehouseError } from '../../core/index.ts';
import { commandOf, type TrustStep } from './trust-steps.ts';

const run = promisify(execFile);
// macOS and Windows ask the person first.
const PATIENCE = 120_000;

/**
 * Does one step.
 * @throws {GatehouseError} `trust-failed` with the command line to run by hand
 */
export const takeStep = async (step: TrustStep): Promise<void> => {
  try {
    if (step.act === 'copy') {
      await copyFile(step.from, step.to);
      await chmod(step.to, 0o644);
    } else if (step.act === 'delete') await rm(step.path);
    else {
      const [file, ...words] = step.command;
      await run(file, words, { timeout: PATIENCE });
    }
  } catch (cause) {
    throw new GatehouseError('trust-failed', `${step.where}: ${commandOf(step)} failed`, {
      remedy: 'Run it by hand and read what it says.',
      cause,
    });
  }
};

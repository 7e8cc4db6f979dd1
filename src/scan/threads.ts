import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Learned } from './analysis.ts';
import type { Part } from './parts.ts';
import type { FoundFiles } from './project/files.ts';

export interface ThreadStart {
  found: FoundFiles;
  parts: readonly Part[];
  /** One number: how many files it has looked at. Read while the main thread is busy itself. */
  done: Int32Array;
}

/** Starts a thread. Resolves with what it learned of each of its parts, or with null when it died. */
export type StartThread = (start: ThreadStart) => Promise<Learned[] | null>;

// As large as the main thread's stack, so that both give up in the same place.
const STACK = 1.17;

export const startThread: StartThread = (start) =>
  new Promise((resolve) => {
    const script = new URL(`./analysis-thread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(script, { workerData: start, resourceLimits: { stackSizeMb: STACK } });
    worker.once('message', resolve);
    worker.once('error', () => resolve(null));
    worker.once('exit', () => resolve(null));
  });

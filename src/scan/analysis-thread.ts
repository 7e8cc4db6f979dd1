import { parentPort, workerData } from 'node:worker_threads';
import { Analysis } from './analysis.ts';
import type { ThreadStart } from './threads.ts';

const { found, shares, done } = workerData as ThreadStart;
const analysis = new Analysis(found);
analysis.prepare();
analysis.run(shares, () => Atomics.add(done, 0, 1));
parentPort?.postMessage(analysis.learned());

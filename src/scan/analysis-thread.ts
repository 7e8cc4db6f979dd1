import { parentPort, workerData } from 'node:worker_threads';
import { learnPart } from './analysis.ts';
import type { ThreadStart } from './threads.ts';

const { found, parts, done } = workerData as ThreadStart;
parentPort?.postMessage(parts.map((part) => learnPart(found, part, () => Atomics.add(done, 0, 1))));

import { parentPort, workerData } from 'node:worker_threads';
import { Analysis, learnPart } from './analysis.ts';
import type { ThreadStart } from './threads.ts';

const { found, shares, parts, done } = workerData as ThreadStart;
const onFile = () => Atomics.add(done, 0, 1);
if (parts === undefined) {
  const analysis = new Analysis(found);
  analysis.prepare();
  analysis.run(shares, onFile);
  parentPort?.postMessage([analysis.learned()]);
} else parentPort?.postMessage(parts.map((part) => learnPart(found, part, onFile)));

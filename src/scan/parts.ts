import { availableParallelism } from 'node:os';
import { dirname, sep } from 'node:path';
import type { FoundFiles } from './project/files.ts';

/** Files that follow each other and are analysed on their own, so that memory stays bounded however large the tree is. */
export interface Part {
  /** Numbers of files, the second one exclusive. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

const MEBIBYTE = 1024 * 1024;
const PART = 24 * MEBIBYTE;
/** From this share of its size on a part may end, where the folders before and behind have least in common. */
const ENOUGH = 0.5;
const MEMORY_A_PART = 3 * 1024 * MEBIBYTE;

const commonFolders = (a: string, b: string): number => {
  const [x, y] = [dirname(a).split(sep), dirname(b).split(sep)];
  let n = 0;
  while (n < x.length && n < y.length && x[n] === y[n]) n++;
  return n;
};

/** Cuts a tree that is too large to be held at once, between folders that lie as far apart as can be had. */
export const partsOf = ({ python, sizes }: Pick<FoundFiles, 'python' | 'sizes'>, most = PART): Part[] => {
  const parts: Part[] = [];
  let [from, bytes] = [0, 0];
  let best: { to: number; bytes: number; common: number } | null = null;
  for (let i = 0; i < python.length; i++) {
    const size = sizes[i] ?? 0;
    if (bytes + size > most && i > from) {
      const { to, bytes: until } = best ?? { to: i, bytes };
      parts.push({ from, to, bytes: until });
      from = to;
      bytes -= until;
      best = null;
      if (bytes + size > most && i > from) {
        parts.push({ from, to: i, bytes });
        [from, bytes] = [i, 0];
      }
    }
    bytes += size;
    const [path, next] = [python[i], python[i + 1]];
    if (path === undefined || next === undefined || bytes < most * ENOUGH) continue;
    const common = commonFolders(path, next);
    if (best === null || common <= best.common) best = { to: i + 1, bytes, common };
  }
  if (from < python.length) parts.push({ from, to: python.length, bytes });
  return parts;
};

/** How many threads look at parts at once, when nobody says: each holds one part. */
export const threadsForParts = (parts: readonly Part[]): number =>
  Math.max(
    1,
    Math.min(parts.length, availableParallelism(), Math.floor(process.availableMemory() / MEMORY_A_PART)),
  );

/** Gives each of `threads` parts of like size together, the largest first. */
export const dealParts = (parts: readonly Part[], threads: number): Part[][] => {
  const out = Array.from({ length: threads }, (): { bytes: number; parts: Part[] } => ({
    bytes: 0,
    parts: [],
  }));
  for (const part of parts.toSorted((a, b) => b.bytes - a.bytes)) {
    const least = out.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    least.parts.push(part);
    least.bytes += part.bytes;
  }
  return out.map((dealt) => dealt.parts).filter((dealt) => dealt.length > 0);
};

import { dirname } from 'node:path';
import type { FoundFiles } from './project/files.ts';

/** Files that follow each other and are analysed together. What it is depends on the tree alone, not on threads. */
export interface Share {
  /** Numbers of files, the second one exclusive. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

const MEBIBYTE = 1024 * 1024;
const SHARE = 2 * MEBIBYTE;
/** From this part of its size on a share ends with the folder, and not in the middle of it. */
const ENOUGH = 0.75;
/** Cuts the files, which are in the order of their paths, into shares of like size that end with folders if they can. */
export const sharesOf = ({ python, sizes }: Pick<FoundFiles, 'python' | 'sizes'>, size = SHARE): Share[] => {
  const shares: Share[] = [];
  let from = 0;
  let bytes = 0;
  const end = (to: number): void => {
    shares.push({ from, to, bytes });
    from = to;
    bytes = 0;
  };
  python.forEach((path, i) => {
    bytes += sizes[i] ?? 0;
    const next = python[i + 1];
    const last = next !== undefined && dirname(next) !== dirname(path);
    if (next !== undefined && (bytes >= size || (last && bytes >= size * ENOUGH))) end(i + 1);
  });
  if (from < python.length) end(python.length);
  return shares;
};

/** How many of `jobs` threads pay: each reads the whole tree, so that for less than two shares one is enough. */
export const threadsFor = (shares: readonly Share[], jobs: number, size = SHARE): number =>
  shares.reduce((sum, { bytes }) => sum + bytes, 0) < 2 * size ? 1 : jobs;

/** Gives each of `threads` shares that follow each other, of like size. */
export const dealOut = (shares: readonly Share[], threads: number): Share[][] => {
  const all = shares.reduce((sum, { bytes }) => sum + bytes, 0);
  const out: Share[][] = Array.from({ length: Math.max(1, threads) }, () => []);
  let before = 0;
  for (const share of shares) {
    const middle = before + share.bytes / 2;
    before += share.bytes;
    out[Math.min(out.length - 1, Math.floor((middle / Math.max(1, all)) * out.length))]?.push(share);
  }
  return out.filter((dealt) => dealt.length > 0);
};

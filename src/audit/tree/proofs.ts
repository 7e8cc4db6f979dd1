import { EMPTY_ROOT, nodeHash } from './hashes.ts';

/**
 * Where hashes of whole subtrees come from: the one of the 2^level leaves that begin with leaf index * 2^level.
 */
export type SubtreeHashes = (level: number, index: number) => Promise<Buffer>;

/** The largest power of two smaller than `size`, for sizes from 2 (RFC 6962 section 2.1). */
const split = (size: number): number => {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
};

const isPower = (size: number): boolean =>
  Number.isInteger(Math.log2(size)) && 2 ** Math.round(Math.log2(size)) === size;

/** MTH(D[start:start+size]), where a subtree of the RFC begins at `start`. */
const rangeHash = async (hashes: SubtreeHashes, start: number, size: number): Promise<Buffer> => {
  if (isPower(size)) return hashes(Math.round(Math.log2(size)), start / size);
  const half = split(size);
  const left = await rangeHash(hashes, start, half);
  return nodeHash(left, await rangeHash(hashes, start + half, size - half));
};

/** The root of the first `size` leaves. */
export const rootOf = async (hashes: SubtreeHashes, size: number): Promise<Buffer> =>
  size === 0 ? EMPTY_ROOT : rangeHash(hashes, 0, size);

/** PATH(index, D[size]) of RFC 6962 section 2.1.1: the hashes beside the way from leaf to root, leaf first. */
export const inclusionProof = async (
  hashes: SubtreeHashes,
  index: number,
  size: number,
): Promise<Buffer[]> => {
  if (index < 0 || index >= size) throw new RangeError(`entry ${index} is not in a tree of ${size}`);
  const path: Buffer[] = [];
  let [start, length] = [0, size];
  while (length > 1) {
    const half = split(length);
    if (index - start < half) {
      path.push(await rangeHash(hashes, start + half, length - half));
      length = half;
    } else {
      path.push(await rangeHash(hashes, start, half));
      [start, length] = [start + half, length - half];
    }
  }
  return path.reverse();
};

/** PROOF(old, D[size]) of RFC 6962 section 2.1.2; empty where one size is 0 or both are the same. */
export const consistencyProof = async (
  hashes: SubtreeHashes,
  old: number,
  size: number,
): Promise<Buffer[]> => {
  if (old < 0 || old > size) throw new RangeError(`a tree of ${size} has not grown from one of ${old}`);
  if (old === 0 || old === size) return [];
  const proof: Buffer[] = [];
  let [start, length, rest, whole] = [0, size, old, true];
  while (rest < length) {
    const half = split(length);
    if (rest <= half) {
      proof.push(await rangeHash(hashes, start + half, length - half));
      length = half;
    } else {
      proof.push(await rangeHash(hashes, start, half));
      [start, length, rest, whole] = [start + half, length - half, rest - half, false];
    }
  }
  if (!whole) proof.push(await rangeHash(hashes, start, length));
  return proof.reverse();
};

const isOdd = (value: number): boolean => value % 2 === 1;

/** Whether a proof leads from a leaf's hash to the root (RFC 9162 section 2.1.3.2, which fits RFC 6962's proofs). */
export const verifyInclusion = (
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [at, last] = [index, size - 1];
  let hash: Buffer = Buffer.from(leaf);
  for (const step of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(step, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, step);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
};

/**
 * Whether a proof shows that the tree of `size` leaves begins with the tree of `old` leaves (RFC 9162 section
 * 2.1.4.2). A tree of no leaves is the beginning of every tree and has an empty proof.
 */
export const verifyConsistency = (
  old: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean => {
  if (!Number.isSafeInteger(old) || !Number.isSafeInteger(size) || old < 0 || old > size) return false;
  if (old === 0) return proof.length === 0 && EMPTY_ROOT.equals(oldRoot);
  if (old === size) return proof.length === 0 && Buffer.from(oldRoot).equals(root);
  const steps = isPower(old) ? [oldRoot, ...proof] : proof;
  const first = steps[0];
  if (!first || proof.length === 0) return false;
  let [at, last] = [old - 1, size - 1];
  while (isOdd(at)) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let before: Buffer = Buffer.from(first);
  let now = before;
  for (const step of steps.slice(1)) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      before = nodeHash(step, before);
      now = nodeHash(step, now);
      while (!isOdd(at) && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      now = nodeHash(now, step);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && before.equals(oldRoot) && now.equals(root);
};

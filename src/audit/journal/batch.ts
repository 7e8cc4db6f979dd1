import { createHmac, hkdfSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EncodedEntry } from '../entry.ts';

/**
 * The journal is a row of batches, each what one flush made durable:
 *
 *     "GHJ1"  payload length u32  first sequence u64  entries u32  CRC-32 of payload u32
 *     seal of the batch before (32)  CRC-32 of this head u32  payload  seal (32)
 *
 * and a payload is a row of frames: entry length u16, openings length u16, a zero byte, entry, openings. The zero byte
 * is the leaf prefix of RFC 6962, so that a leaf is hashed where it lies. Numbers are big-endian.
 *
 * A seal is HMAC-SHA256 over the seal before it, the place and the leaf hashes. Whoever does not hold the log's key
 * can therefore neither append to the journal nor change what no checkpoint has signed yet; and a batch that a failed
 * write left behind never fits after another one.
 */
const MAGIC = 0x47484a31;
export const HEAD_SIZE = 60;
export const SEAL_SIZE = 32;
const FRAME_HEAD = 5;

/** A batch has at most this many entries and, beside a single long entry, bytes. */
export const MOST_ENTRIES = 1_024;
export const MOST_BYTES = 1_048_576;
/** No batch is longer: one full batch and one entry with openings of full length. */
export const LONGEST_BATCH = HEAD_SIZE + MOST_BYTES + 2 * 65_540 + SEAL_SIZE;

/** The seal before the first batch of a log. */
export const FIRST_SEAL: Buffer = Buffer.alloc(SEAL_SIZE);

/** A whole number in eight bytes, without the way through a bigint. */
const writeNumber = (bytes: Buffer, value: number, at: number): void => {
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value % 2 ** 32, at + 4);
};

/** Makes the seal of a batch from the one before, the first sequence and the leaf hashes. */
export type Sealer = (previous: Uint8Array, first: number, leaves: readonly Uint8Array[]) => Buffer;

/** A sealer keyed from the 32-byte seed of the log's signing key. */
export const createSealer = (seed: Uint8Array): Sealer => {
  const key = Buffer.from(hkdfSync('sha256', seed, '', 'gatehouse journal seal v1', SEAL_SIZE));
  return (previous, first, leaves) => {
    const place = Buffer.alloc(12);
    writeNumber(place, first, 0);
    place.writeUInt32BE(leaves.length, 8);
    const mac = createHmac('sha256', key).update(previous).update(place);
    for (const leaf of leaves) mac.update(leaf);
    return mac.digest();
  };
};

export interface BatchHead {
  length: number;
  first: number;
  count: number;
  checksum: number;
  previous: Buffer;
}

export interface Frame {
  /** A zero byte and the entry. */
  prefixed: Buffer;
  openings: Buffer;
}

const writeHead = (bytes: Buffer, head: Omit<BatchHead, 'previous'>, previous: Uint8Array): void => {
  bytes.writeUInt32BE(MAGIC, 0);
  bytes.writeUInt32BE(head.length, 4);
  writeNumber(bytes, head.first, 8);
  bytes.writeUInt32BE(head.count, 16);
  bytes.writeUInt32BE(head.checksum, 20);
  bytes.set(previous, 24);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, HEAD_SIZE - 4)), HEAD_SIZE - 4);
};

export const frameSize = ({ entry, openings }: Pick<EncodedEntry, 'entry' | 'openings'>): number =>
  FRAME_HEAD + entry.length + openings.length;

/** A batch without its seal, which {@link sealBatch} adds. `frames` are views into `bytes`. */
export const encodeBatch = (
  entries: readonly EncodedEntry[],
  first: number,
  previous: Uint8Array,
): { bytes: Buffer; frames: Frame[] } => {
  const length = entries.reduce((sum, entry) => sum + frameSize(entry), 0);
  // All of it is written: here, and the seal in the end.
  const bytes = Buffer.allocUnsafe(HEAD_SIZE + length + SEAL_SIZE);
  const frames: Frame[] = [];
  let at = HEAD_SIZE;
  for (const { entry, openings } of entries) {
    bytes.writeUInt16BE(entry.length, at);
    bytes.writeUInt16BE(openings.length, at + 2);
    const start = at + FRAME_HEAD;
    const end = start + entry.length;
    bytes[start - 1] = 0;
    bytes.set(entry, start);
    bytes.set(openings, end);
    at = end + openings.length;
    frames.push({ prefixed: bytes.subarray(start - 1, end), openings: bytes.subarray(end, at) });
  }
  const checksum = crc32(bytes.subarray(HEAD_SIZE, at));
  writeHead(bytes, { length, first, count: entries.length, checksum }, previous);
  return { bytes, frames };
};

export const sealBatch = (bytes: Buffer, seal: Uint8Array): void => {
  bytes.set(seal, bytes.length - SEAL_SIZE);
};

/** The head at the start of `bytes`, undefined when there is none or it is damaged. */
export const parseHead = (bytes: Buffer): BatchHead | undefined => {
  if (bytes.length < HEAD_SIZE || bytes.readUInt32BE(0) !== MAGIC) return undefined;
  if (crc32(bytes.subarray(0, HEAD_SIZE - 4)) !== bytes.readUInt32BE(HEAD_SIZE - 4)) return undefined;
  const length = bytes.readUInt32BE(4);
  const first = Number(bytes.readBigUInt64BE(8));
  if (length > LONGEST_BATCH - HEAD_SIZE - SEAL_SIZE || !Number.isSafeInteger(first)) return undefined;
  return {
    length,
    first,
    count: bytes.readUInt32BE(16),
    checksum: bytes.readUInt32BE(20),
    previous: Buffer.from(bytes.subarray(24, 24 + SEAL_SIZE)),
  };
};

/** The frames of a payload, or undefined when its lengths do not add up to `count` frames. */
export const parseFrames = (payload: Buffer, count: number): Frame[] | undefined => {
  const frames: Frame[] = [];
  let at = 0;
  while (at + FRAME_HEAD <= payload.length) {
    const start = at + FRAME_HEAD;
    const end = start + payload.readUInt16BE(at);
    const next = end + payload.readUInt16BE(at + 2);
    if (next > payload.length || payload[start - 1] !== 0) return undefined;
    frames.push({ prefixed: payload.subarray(start - 1, end), openings: payload.subarray(end, next) });
    at = next;
  }
  return at === payload.length && frames.length === count ? frames : undefined;
};

/** Sets the checksum of a whole batch anew, after openings in it were erased in place. */
export const refreshChecksum = (bytes: Buffer): void => {
  const length = bytes.readUInt32BE(4);
  bytes.writeUInt32BE(crc32(bytes.subarray(HEAD_SIZE, HEAD_SIZE + length)), 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, HEAD_SIZE - 4)), HEAD_SIZE - 4);
};

/** Where `MAGIC` next stands in `bytes` at or after `from`, -1 when it does not. */
export const findHead = (bytes: Buffer, from: number): number => bytes.indexOf('GHJ1', from, 'latin1');

import { crc32 } from 'node:zlib';
import type { FileLayer, LogFile } from '../files.ts';
import { type BatchHead, type Frame, HEAD_SIZE, parseFrames, parseHead, SEAL_SIZE } from './batch.ts';
import { listSegments, type Segment } from './segments.ts';

/** A batch as it stands in the journal. */
export interface JournalBatch extends BatchHead {
  kind: 'batch';
  frames: Frame[];
  seal: Buffer;
  segment: Segment;
  /** Bytes from the start of the segment to this batch, and to what follows it. */
  offset: number;
  end: number;
  /** Head, payload and seal as they stand in the file. */
  bytes: Buffer;
}

/** Why the journal does not go on as it should, and where. */
export interface JournalDamage {
  kind: 'damaged';
  segment: Segment;
  offset: number;
  /** The number of the entry that should stand here. */
  sequence: number;
  why: string;
}

/** Nothing follows (yet). */
export interface JournalEnd {
  kind: 'end';
  segment: Segment | undefined;
  offset: number;
  sequence: number;
}

const LARGEST_CHUNK = 1_048_576;
const SMALLEST_CHUNK = 4_096;

/**
 * Reads a journal batch by batch while another process may be appending to it. Holds one file open and one chunk of
 * it in memory, whatever the length of the journal.
 */
export class JournalCursor {
  readonly #files: FileLayer;
  readonly #directory: string;
  #segment: Segment | undefined;
  #file: LogFile | undefined;
  #offset = 0;
  #sequence: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = 0;
  #ahead = LARGEST_CHUNK;

  /** `from` is the number of the first entry asked for; the batch that holds it is the first one returned. */
  constructor(files: FileLayer, directory: string, from = 0) {
    this.#files = files;
    this.#directory = directory;
    this.#sequence = from;
  }

  async #enter(segment: Segment, sequence: number): Promise<void> {
    await this.#file?.close();
    this.#file = await this.#files.open(segment.path, 'read');
    this.#segment = segment;
    this.#sequence = sequence;
    this.#offset = 0;
    this.#chunk = Buffer.alloc(0);
    this.#chunkAt = 0;
  }

  /** Bytes at the current offset, fewer than `length` at the end of the file. Read anew when they are not held. */
  async #peek(length: number): Promise<Buffer> {
    const from = this.#offset - this.#chunkAt;
    if (from >= 0 && from + length <= this.#chunk.length) return this.#chunk.subarray(from, from + length);
    this.#chunk = (await this.#file?.read(this.#offset, Math.max(this.#ahead, length))) ?? Buffer.alloc(0);
    this.#chunkAt = this.#offset;
    this.#ahead = Math.min(LARGEST_CHUNK, this.#ahead * 4);
    return this.#chunk.subarray(0, Math.min(length, this.#chunk.length));
  }

  #damage(why: string): JournalDamage | JournalEnd {
    const [segment, offset, sequence] = [this.#segment, this.#offset, this.#sequence];
    return segment
      ? { kind: 'damaged', segment, offset, sequence, why }
      : { kind: 'end', segment, offset, sequence };
  }

  async #nextSegment(): Promise<Segment | undefined> {
    const segments = await listSegments(this.#files, this.#directory);
    if (this.#segment) return segments.find(({ first }) => first > (this.#segment?.first ?? 0));
    return segments.findLast(({ first }) => first <= this.#sequence) ?? segments[0];
  }

  async #atEnd(): Promise<JournalBatch | JournalDamage | JournalEnd> {
    const following = await this.#nextSegment();
    if (!following) {
      return { kind: 'end', segment: this.#segment, offset: this.#offset, sequence: this.#sequence };
    }
    if (following.first !== this.#sequence) {
      return this.#damage(`the segment that begins with entry ${this.#sequence} is missing`);
    }
    await this.#enter(following, following.first);
    return this.#read();
  }

  /** The next batch, the damage that stands in its place, or the end. After an end or damage, call again to retry. */
  async next(): Promise<JournalBatch | JournalDamage | JournalEnd> {
    if (!this.#segment) {
      const wanted = this.#sequence;
      const segment = await this.#nextSegment();
      if (!segment) return { kind: 'end', segment: undefined, offset: 0, sequence: wanted };
      await this.#enter(segment, segment.first);
      for (;;) {
        const found = await this.#readTwice();
        if (found.kind !== 'batch' || found.first + found.count > wanted) return found;
      }
    }
    return this.#readTwice();
  }

  /** What is held in memory may be older than what a writer has appended since, so bad news is read again. */
  async #readTwice(): Promise<JournalBatch | JournalDamage | JournalEnd> {
    const found = await this.#read();
    if (found.kind === 'batch') return found;
    this.#chunk = Buffer.alloc(0);
    this.#ahead = SMALLEST_CHUNK;
    const again = await this.#read();
    if (again.kind !== 'batch') this.#chunk = Buffer.alloc(0);
    return again;
  }

  async #read(): Promise<JournalBatch | JournalDamage | JournalEnd> {
    const segment = this.#segment;
    if (!segment) return { kind: 'end', segment, offset: 0, sequence: this.#sequence };
    const start = await this.#peek(HEAD_SIZE);
    if (start.length < 4 || start.readUInt32BE(0) === 0) return this.#atEnd();
    const head = parseHead(start);
    if (!head) return this.#damage('the head of a batch is damaged');
    const size = HEAD_SIZE + head.length + SEAL_SIZE;
    const bytes = await this.#peek(size);
    if (bytes.length < size) return this.#damage('a batch is cut off');
    if (head.first !== this.#sequence) {
      return this.#damage(`entry ${this.#sequence} should stand where entry ${head.first} stands`);
    }
    const payload = bytes.subarray(HEAD_SIZE, HEAD_SIZE + head.length);
    const frames = parseFrames(payload, head.count);
    if (!frames) return this.#damage('the lengths in a batch do not add up');
    if (crc32(payload) !== head.checksum) return this.#damage('a batch does not match its checksum');
    const offset = this.#offset;
    this.#offset += size;
    this.#sequence += head.count;
    const seal = Buffer.from(bytes.subarray(size - SEAL_SIZE));
    return { kind: 'batch', ...head, frames, seal, segment, offset, end: this.#offset, bytes };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#segment = undefined;
  }
}

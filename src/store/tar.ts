import { GatehouseError } from '../core/index.ts';

const BLOCK = 512;

/** One file of an archive. */
export interface TarEntry {
  path: string;
  /** Bytes. */
  size: number;
}

const damaged = (why: string): GatehouseError =>
  new GatehouseError('backup-invalid', `the backup is damaged: ${why}`, {
    remedy: 'Use another backup. Nothing was restored.',
  });

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** Whether a path stays inside the folder that it is unpacked in: plain names, joined by `/`, no `..`. */
export const isPlainPath = (path: string): boolean =>
  path.length > 0 &&
  path.length <= 200 &&
  path.split('/').every((part) => /^[A-Za-z0-9._@+=%~-]+$/.test(part) && part !== '.' && part !== '..');

const checksumOf = (header: Buffer): number => {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum;
};

/**
 * The header of a regular file in the ustar format (POSIX.1-2017, pax, "ustar Interchange Format").
 * @throws {GatehouseError} `backup-invalid` for a path that is not plain or too long.
 */
export const tarHeader = ({ path, size }: TarEntry): Buffer => {
  const cut = path.length <= 100 ? -1 : path.lastIndexOf('/', 155);
  const [prefix, name] = [path.slice(0, Math.max(0, cut)), path.slice(cut + 1)];
  if (!isPlainPath(path) || name.length > 100) throw damaged(`"${path}" cannot stand in an archive`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'ascii');
  header.write(octal(0o600, 8), 100, 'ascii');
  header.write(octal(0, 8), 108, 'ascii');
  header.write(octal(0, 8), 116, 'ascii');
  // Sizes beyond 8 GiB in base 256, as GNU tar writes them.
  if (size < 2 ** 33) header.write(octal(size, 12), 124, 'ascii');
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(octal(0, 12), 136, 'ascii');
  header.write('0', 156, 'ascii');
  header.write('ustar\x0000', 257, 'ascii');
  header.write(prefix, 345, 'ascii');
  header.write(`${octal(checksumOf(header), 7)} `, 148, 'ascii');
  return header;
};

/** What fills the last block of a file of `size` bytes. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

export const TAR_END = Buffer.alloc(2 * BLOCK);

const textAt = (header: Buffer, start: number, length: number): string => {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('ascii', 0, end === -1 ? length : end);
};

const numberAt = (header: Buffer, start: number, length: number): number => {
  if (header[start] === 0x80) return Number(header.readBigUInt64BE(start + 4));
  const text = textAt(header, start, length).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw damaged('a header is malformed');
  return Number.parseInt(text, 8);
};

/** @throws {GatehouseError} `backup-invalid` for anything but a regular file with a plain path. Undefined at the end. */
export const readTarHeader = (header: Buffer): TarEntry | undefined => {
  if (header.every((byte) => byte === 0)) return undefined;
  if (numberAt(header, 148, 8) !== checksumOf(header)) throw damaged('a header has the wrong checksum');
  const [prefix, name] = [textAt(header, 345, 155), textAt(header, 0, 100)];
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const kind = textAt(header, 156, 1);
  // No links, no devices, no way out of the folder.
  if ((kind !== '0' && kind !== '') || !isPlainPath(path)) throw damaged(`"${path}" is not a plain file`);
  const size = numberAt(header, 124, 12);
  if (!Number.isSafeInteger(size)) throw damaged('a header has a size that cannot be');
  return { path, size };
};

/** Reads exact numbers of bytes from a stream of chunks, holding no more than one chunk and one request. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Pieces that make `length` bytes together. @throws {GatehouseError} `backup-invalid` when the stream ends before. */
  async *pieces(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) throw damaged('it ends too early');
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async exactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The block of 512 bytes that holds a header. */
  header(): Promise<Buffer> {
    return this.exactly(BLOCK);
  }
}

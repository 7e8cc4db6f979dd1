import type { TLSSocket } from 'node:tls';
import { eventually } from './eventually.ts';
import type { WireGate } from './open-gate.ts';
import { rawConnect } from './raw-client.ts';

/** Frame types and flags of RFC 9113 section 6. */
export const TYPE = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

type Fields = readonly (readonly [name: string, value: string])[];

/** What became of a stream: the status of its answer, or the end of the stream or of the connection. */
export type Outcome = number | 'reset' | 'closed';

export const frame = (
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

/** A setting of RFC 9113 section 6.5.2. */
export const setting = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
};

// RFC 7541 section 5.2 without Huffman coding: any byte at all can be said.
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
};

/** Literal fields without indexing (RFC 7541 section 6.2.2). */
export const hpack = (fields: Fields): Buffer =>
  Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));

// The status in a header block of a peer that may index nothing: a static entry, or a literal whose digits are coded in
// 5 bits (0 to 2) or 6 (3 to 9), RFC 7541 appendices A and B.
const STATIC = new Map([200, 204, 206, 304, 400, 404, 500].map((status, i) => [0x88 + i, status]));

const statusOf = (block: Buffer): number => {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at++;
  const known = STATIC.get(block[at] ?? 0);
  if (known !== undefined) return known;
  const length = block[at + 1] ?? 0;
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  if (length < 0x80) return Number(value.toString('latin1'));
  const bits = [...value].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let bit = 0; digits.length < 3; ) {
    const short = Number.parseInt(bits.slice(bit, bit + 5), 2);
    digits += short < 3 ? short : Number.parseInt(bits.slice(bit, bit + 6), 2) - 0x19 + 3;
    bit += short < 3 ? 5 : 6;
  }
  return Number(digits);
};

/** An HTTP/2 connection on which any frame may be written by hand. */
export class RawHttp2 {
  readonly socket: TLSSocket;
  readonly received: Frame[] = [];
  closed = false;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Writes without waiting; false when the connection is gone or its buffer is full. */
  write(...parts: Buffer[]): boolean {
    return !this.closed && this.socket.writable && this.socket.write(Buffer.concat(parts));
  }

  /** HEADERS of a request, whole; `end` says that no body follows. */
  headers(stream: number, fields: Fields, end = true): void {
    const flags = FLAG.endHeaders | (end ? FLAG.endStream : 0);
    this.write(frame(TYPE.headers, flags, stream, hpack(fields)));
  }

  data(stream: number, body: string, end = true): void {
    this.write(frame(TYPE.data, end ? FLAG.endStream : 0, stream, Buffer.from(body, 'latin1')));
  }

  count(type: number): number {
    return this.received.filter((one) => one.type === type).length;
  }

  /** Waits at most 10 s for the answer to a stream or its end. */
  async outcome(stream: number): Promise<Outcome> {
    const find = (): Outcome | undefined => {
      const own = this.received.filter((one) => one.stream === stream);
      const answer = own.find(({ type }) => type === TYPE.headers);
      if (answer) return statusOf(answer.payload);
      if (own.some(({ type }) => type === TYPE.reset)) return 'reset';
      return this.closed || this.count(TYPE.goAway) > 0 ? 'closed' : undefined;
    };
    await eventually(() => find() !== undefined, 10_000);
    return find() ?? 'closed';
  }

  /** Waits until the gate has closed the connection. */
  gone(limit = 15_000): Promise<number> {
    return eventually(() => this.closed, limit);
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 9) {
      const size = this.#pending.readUIntBE(0, 3) + 9;
      if (this.#pending.length < size) return;
      this.received.push({
        type: this.#pending[3] ?? 0,
        flags: this.#pending[4] ?? 0,
        stream: this.#pending.readUInt32BE(5) & 0x7fffffff,
        payload: this.#pending.subarray(9, size),
      });
      this.#pending = this.#pending.subarray(size);
    }
  }
}

/** Connects and sends the preface with `settings`; the peer may index no header, so that its answers can be read here. */
export const openRawHttp2 = async (gate: WireGate, ...settings: Buffer[]): Promise<RawHttp2> => {
  const client = new RawHttp2(await rawConnect(gate, ['h2']));
  client.write(
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(TYPE.settings, 0, 0, Buffer.concat([setting(1, 0), ...settings])),
  );
  return client;
};

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

const EMPTY = Buffer.alloc(0);
/** The slowest reading of an answer of our own that is waited for, in bytes a millisecond. */
const LEAST_READING = 8;
/** How long a reset stream may take to leave, in milliseconds: a client that reads nothing holds its frames back. */
const RESET_TIME = 1_000;

/** One request and its answer, alike for both protocols. */
export class Exchange {
  readonly incoming: Incoming;
  readonly protocol: 'h1' | 'h2';
  readonly #outgoing: Outgoing;
  #expectsContinue: boolean;
  readonly #patience: number;
  #closed = false;
  #onClosed: (() => void)[] = [];

  /** `patience`: milliseconds that are waited for a client that neither sends nor reads (C25). */
  constructor(incoming: Incoming, outgoing: Outgoing, patience: number, expectsContinue = false) {
    this.incoming = incoming;
    this.#outgoing = outgoing;
    this.#patience = patience;
    this.#expectsContinue = expectsContinue;
    this.protocol = incoming.httpVersionMajor === 2 ? 'h2' : 'h1';
    // A reset of the connection is an ordinary end for a gate; what it means is decided in onClosed.
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    outgoing.on('close', () => this.#finish());
  }

  /** Whether the request has no body at all (RFC 9112 section 6.3, RFC 9113 section 8.1). */
  get hasNoBody(): boolean {
    if (this.protocol === 'h2') return (this.incoming as Http2ServerRequest).stream.endAfterHeaders;
    const { headers } = this.incoming;
    return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  }

  /** What all requests of one connection have in common. */
  get connection(): object {
    if (this.protocol === 'h1') return this.incoming.socket;
    const { stream } = this.incoming as Http2ServerRequest;
    return stream.session ?? stream;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get headSent(): boolean {
    return this.#outgoing.headersSent;
  }

  /** Calls `listener` once when the visitor has the whole answer or has gone. */
  onClosed(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClosed.push(listener);
  }

  /** Invites the body (RFC 9110 section 10.1.1) of a client that waits for it. */
  invite(): void {
    if (!this.#expectsContinue || this.#closed) return;
    this.#expectsContinue = false;
    this.#outgoing.writeContinue();
  }

  /** Waits for what needs the client to send, and ends the exchange when it takes longer than the client is waited for. */
  async patiently<T>(work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.destroy(), this.#patience);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  /** `flat`: names and values in turn. */
  writeHead(status: number, flat: readonly string[]): void {
    if (this.#closed || this.headSent) return;
    if (this.protocol === 'h1') {
      (this.#outgoing as ServerResponse).writeHead(status, flat as string[]);
      return;
    }
    const fields: Record<string, string | string[]> = {};
    for (let i = 0; i < flat.length; i += 2) {
      const name = (flat[i] ?? '').toLowerCase();
      const value = flat[i + 1] ?? '';
      const before = fields[name];
      fields[name] =
        before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
    }
    (this.#outgoing as Http2ServerResponse).writeHead(status, fields);
  }

  /** False when the visitor reads more slowly than the app writes: go on after {@link onDrain}. */
  write(chunk: Buffer): boolean {
    return this.#closed || (this.#outgoing as ServerResponse).write(chunk);
  }

  onDrain(listener: () => void): void {
    this.#outgoing.once('drain', listener);
  }

  end(chunk: Buffer = EMPTY): void {
    if (this.#closed) return;
    if (chunk.length === 0) this.#outgoing.end();
    else this.#outgoing.end(chunk);
  }

  /** Sends a whole answer of our own, and lets go of a body that nobody will read. */
  answer(status: number, flat: readonly string[], body: Buffer): void {
    if (this.#closed || this.headSent) {
      this.destroy();
      return;
    }
    const unread = !this.hasNoBody && !this.incoming.readableEnded;
    const fields = [...flat, 'content-length', String(body.length)];
    if (unread && this.protocol === 'h1') fields.push('connection', 'close');
    this.writeHead(status, fields);
    this.end(this.incoming.method === 'HEAD' ? EMPTY : body);
    if (unread) this.#abandonBody();
    const timer = setTimeout(() => this.destroy(), this.#patience + body.length / LEAST_READING);
    timer.unref();
    this.onClosed(() => clearTimeout(timer));
  }

  /** Ends the answer in the middle, so that the visitor sees that it is not whole. */
  destroy(): void {
    if (this.protocol === 'h2') {
      const { stream } = this.incoming as Http2ServerRequest;
      stream.close(2);
      const timer = setTimeout(() => stream.destroy(), RESET_TIME);
      timer.unref();
      stream.once('close', () => clearTimeout(timer));
    } else this.incoming.socket.destroy();
    this.#finish();
  }

  // A client in the middle of a large body should still read the answer: its rest is thrown away for a moment, then
  // the connection goes.
  #abandonBody(): void {
    this.incoming.resume();
    const timer = setTimeout(() => this.destroy(), 2_000);
    timer.unref();
    this.incoming.once('end', () => clearTimeout(timer));
    this.incoming.once('close', () => clearTimeout(timer));
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    const listeners = this.#onClosed;
    this.#onClosed = [];
    for (const listener of listeners) listener();
  }
}

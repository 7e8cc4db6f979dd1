import type { Duplex, Writable } from 'node:stream';
import * as ws from 'ws';
import type { FrameFilter } from '../guard.ts';

interface SendOptions {
  fin: boolean;
  binary: boolean;
  compress: boolean;
  mask: boolean;
}

// `ws` exports its framing (RFC 6455) under these names; its published types leave them out.
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; maxPayload: number }) => Writable;
  Sender: new (
    socket: Duplex,
  ) => {
    send(data: Buffer, options: SendOptions): void;
    ping(data: Buffer, mask: boolean): void;
    pong(data: Buffer, mask: boolean): void;
    close(code: number | undefined, reason: Buffer, mask: boolean): void;
  };
};

/** Longest message that is put together for inspection, in bytes; a longer one closes with 1009. */
const MAX_MESSAGE = 16 * 1024 * 1024;
const POLICY_VIOLATION = 1008;
const NO_STATUS = 1005;

interface Direction {
  from: Duplex;
  to: Duplex;
  first: Buffer;
  name: 'up' | 'down';
  filters: readonly FrameFilter[];
}

const relay = ({ from, to, first, name, filters }: Direction): void => {
  // A client masks what it sends, a server does not (RFC 6455 section 5.3).
  const mask = name === 'up';
  const receiver = new Receiver({ isServer: mask, maxPayload: MAX_MESSAGE });
  const sender = new Sender(to);
  const end = () => {
    from.destroy();
    to.destroy();
  };
  receiver.on('message', (data: Buffer, binary: boolean) => {
    let message: { data: Buffer; binary: boolean } | undefined = { data, binary };
    for (const filter of filters) message = message && filter(message, name);
    if (message === undefined) {
      sender.close(POLICY_VIOLATION, Buffer.alloc(0), mask);
      from.destroy();
      to.end();
    } else sender.send(message.data, { fin: true, binary: message.binary, compress: false, mask });
  });
  receiver.on('ping', (data: Buffer) => sender.ping(data, mask));
  receiver.on('pong', (data: Buffer) => sender.pong(data, mask));
  receiver.on('conclude', (code: number, reason: Buffer) =>
    sender.close(code === NO_STATUS ? undefined : code, reason, mask),
  );
  receiver.on('error', end);
  const take = (chunk: Buffer) => {
    if (receiver.write(chunk) && !to.writableNeedDrain) return;
    from.pause();
    const go = () => from.resume();
    if (to.writableNeedDrain) to.once('drain', go);
    else receiver.once('drain', go);
  };
  if (first.length > 0) take(first);
  from.on('data', take);
  from.on('error', end).on('close', end);
};

/** Relays WebSocket messages both ways through filters, with back-pressure. The handshake offered no compression. */
export const relayFrames = (join: {
  visitor: Duplex;
  early: Buffer;
  app: Duplex;
  first: Buffer;
  filters: readonly FrameFilter[];
}): void => {
  const { visitor, app, filters } = join;
  relay({ from: visitor, to: app, first: join.early, name: 'up', filters });
  relay({ from: app, to: visitor, first: join.first, name: 'down', filters });
};

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A raw TCP server that records every byte it gets and answers each request with 200 and a short body. */
export interface RecordingUpstream {
  url: string;
  /** All bytes of all connections, in order of arrival. */
  received(): string;
  /** How many request lines arrived. */
  requests(): number;
  clear(): void;
  close(): Promise<void>;
}

/** `answer` gives the bytes for a request head; the default closes after a 200. */
export const openRecordingUpstream = async (
  answer: (head: string, socket: Socket) => string | undefined = () =>
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
): Promise<RecordingUpstream> => {
  let bytes = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let pending = '';
    let answered = false;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      bytes += text;
      pending += text;
      const end = pending.indexOf('\r\n\r\n');
      if (end === -1 || answered) return;
      answered = true;
      const reply = answer(pending.slice(0, end), socket);
      if (reply !== undefined)
        socket.write(reply, 'latin1', () => (/connection: close/i.test(reply) ? socket.end() : undefined));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => bytes,
    requests: () => [...bytes.matchAll(/^[A-Z]+ \S+ HTTP\/1\.[01]\r$/gm)].length,
    clear: () => {
      bytes = '';
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

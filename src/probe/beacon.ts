import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that notes who came: what an app fetches there, it can be made to fetch anywhere. */
export interface Beacon {
  /** Address whose visit proves `mark`. */
  urlOf(mark: string): string;
  seen(mark: string): boolean;
  close(): Promise<void>;
}

const MOST_MARKS = 10_000;

export const openBeacon = async (): Promise<Beacon> => {
  const marks = new Set<string>();
  const server = createServer((request, response) => {
    if (marks.size < MOST_MARKS) marks.add((request.url ?? '').slice(1, 64));
    response.end('gatehouse probe\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (mark) => `http://127.0.0.1:${port}/${mark}`,
    seen: (mark) => marks.has(mark),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

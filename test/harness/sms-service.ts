import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from './eventually.ts';

export interface SmsRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface SmsService {
  url: string;
  received: SmsRequest[];
  /** What it answers with from now on. */
  status: number;
  /** The code in the newest message, once there are more than `before` of them. */
  code(before?: number): Promise<string>;
  close(): Promise<void>;
}

/** A service that takes text messages by HTTP. */
export const startSmsService = async (): Promise<SmsService> => {
  const received: SmsRequest[] = [];
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(service.status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: SmsService = {
    url: `http://127.0.0.1:${port}/send`,
    received,
    status: 202,
    code: async (before = 0) => {
      await eventually(() => received.length > before, 10_000);
      return /\b(\d{6})\b/.exec(received.at(-1)?.body ?? '')?.[1] ?? '';
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
};

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canonicalAuthority } from './canonical/authority.ts';
import { canonicalTarget } from './canonical/target.ts';
import { listenError } from './listener/listener.ts';

export interface Redirector {
  port: number;
  close(): Promise<void>;
}

/**
 * A plain HTTP listener that only ever redirects to HTTPS (C16), and only to host names that the gate knows, so
 * that it is no open redirect. `originOf`: the https origin for a host name without port, undefined for none.
 */
export const openRedirector = async (
  host: string,
  port: number,
  originOf: (hostname: string) => string | undefined,
): Promise<Redirector> => {
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 5_000,
    keepAliveTimeout: 1_000,
    maxHeaderSize: 16_384,
    // Refused below, in the words of every other refusal.
    requireHostHeader: false,
  });
  server.maxConnections = 1_000;
  server.on('request', (req, res) => {
    const authority = canonicalAuthority(req.headers.host);
    const target = canonicalTarget(req.url ?? '');
    const origin = authority.ok ? originOf(authority.value.replace(/:\d+$/, '')) : undefined;
    const status =
      origin === undefined || !target.ok ? 400 : req.method === 'GET' || req.method === 'HEAD' ? 301 : 308;
    res.writeHead(status, {
      'content-length': '0',
      connection: 'close',
      ...(origin !== undefined && target.ok && { location: `${origin}${target.value.target}` }),
    });
    res.end();
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

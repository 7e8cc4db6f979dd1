import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Assertions } from '../identity/index.ts';

export interface LoopbackJwks {
  /** `http://127.0.0.1:PORT/.well-known/jwks.json` */
  url: string;
  close(): Promise<void>;
}

/**
 * The public keys of the signed identity (RFC 7517) on a loopback address, for apps whose C library does not resolve
 * `gate.localhost` or that do not trust the local authority. Public keys only, so plain HTTP is enough.
 */
export const openLoopbackJwks = async (assertions: Assertions, port = 0): Promise<LoopbackJwks> => {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (req, res) => {
    if (req.url !== '/.well-known/jwks.json' || (req.method !== 'GET' && req.method !== 'HEAD')) {
      res.writeHead(404, { 'content-length': '0' }).end();
      return;
    }
    const body = JSON.stringify(assertions.jwks());
    res.writeHead(200, {
      'content-type': 'application/jwk-set+json',
      'cache-control': 'max-age=60',
      'content-length': Buffer.byteLength(body),
    });
    res.end(req.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

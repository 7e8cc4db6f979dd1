import { createServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { openCertificates } from '../../src/gate/index.ts';
import { CONFIG, openTestPortal, type TestPortal } from './open-portal.ts';

/** A portal that a browser can reach, with a certificate of an authority that it can be made to trust. */
export interface ServedPortal extends TestPortal {
  origin: string;
  authorityFile: string;
}

export const servePortal = async (): Promise<ServedPortal> => {
  const world = await openTestPortal();
  const certificates = await openCertificates({
    directory: world.directory,
    hosts: ['gate.example.test', 'sales.example.test'],
    clock: world.clock,
  });
  const listener = getRequestListener((request) =>
    world.portal.fetch(request, {
      address: '192.0.2.10',
      userAgent: request.headers.get('user-agent') ?? '',
    }),
  );
  const server = createServer({ ...certificates.options(), ALPNProtocols: ['http/1.1'] }, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const origin = `https://gate.example.test:${port}`;
  world.portal.reload({
    ...CONFIG,
    portalOrigin: origin,
    apps: CONFIG.apps.map((app) => ({ ...app, url: app.url.replace('8443', String(port)) })),
  });
  return {
    ...world,
    origin,
    authorityFile: certificates.authorityFile ?? '',
    close: async () => {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      certificates.close();
      await world.close();
    },
  };
};

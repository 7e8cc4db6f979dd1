import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An app that believes whatever it is sent: what stops an attack is the gate alone. */
export interface VulnerableApp {
  url: string;
  close(): Promise<void>;
}

const SHELL = `<script>window.shell = 'ran';</script><script src="/own.js"></script>`;

/** Echoes `?q=` into its page as it is; `/` has a script of its own in the page and one beside it. */
export const openVulnerableApp = async (): Promise<VulnerableApp> => {
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://app');
    if (url.pathname === '/own.js') {
      res.writeHead(200, { 'content-type': 'text/javascript' }).end("window.own = 'ran';");
      return;
    }
    if (url.pathname === '/upload.svg') {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>window.pwned = "svg"</script></svg>';
      res.writeHead(200, { 'content-type': 'image/svg+xml' }).end(svg);
      return;
    }
    if (url.pathname === '/confused') {
      res.writeHead(200, { 'content-type': 'text/css, text/html' });
      res.end('<script>window.pwned = "confused"</script>');
      return;
    }
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    res.end(
      `<!doctype html><title>Notes</title>${SHELL}<p>You looked for</p>${url.searchParams.get('q') ?? ''}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

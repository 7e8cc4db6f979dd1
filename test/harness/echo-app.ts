import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** An app without any protection: echoes what it receives, streams events, and talks over a WebSocket. */
export interface EchoApp {
  url: string;
  /** The requests that reached it, oldest first. */
  requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  openSockets(): number;
  openStreams(): number;
  close(): Promise<void>;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Echo</title><h1>Echo</h1><p id="state">waiting</p>
<form method="post" action="/submit"><input name="word" value="hello"><button>Send</button></form>
<script src="/app.js"></script>`;

const SCRIPT = `
const state = document.getElementById('state');
const socket = new WebSocket(location.origin.replace('https', 'wss') + '/socket');
socket.onopen = () => socket.send('hi');
socket.onmessage = (event) => { state.textContent = event.data; };
socket.onclose = () => { state.textContent = 'closed'; window.closedAt = Date.now(); };
`;

export const openEchoApp = async (): Promise<EchoApp> => {
  const requests: EchoApp['requests'] = [];
  let streams = 0;
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    requests.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
    const path = new URL(req.url ?? '/', 'http://echo').pathname;
    if (path === '/app.js') return void res.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
    if (path === '/events') {
      streams++;
      res.on('close', () => streams--);
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: hi\n\n');
      return;
    }
    if (path === '/echo')
      return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(req.headers));
    res.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, req) => {
    socket.on('error', () => {});
    socket.on('message', (data) => socket.send(`${data} ${req.headers['x-gatehouse-user']}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    openSockets: () => sockets.clients.size,
    openStreams: () => streams,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

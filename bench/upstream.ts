/** The app behind everything: answers as fast as it can, so that what is measured is what stands in front of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const row = (i: number): object => ({
  id: i,
  at: 1_800_000_000_000 + i,
  merchant: `Shop ${i % 97}`,
  amount: i * 37,
});
const json = (rows: number): Buffer =>
  Buffer.from(JSON.stringify(Array.from({ length: rows }, (_, i) => row(i))));

const SMALL = json(3);
const LARGE = Buffer.concat([json(1_400), Buffer.alloc(102_400, ' ')]).subarray(0, 102_400);

const server = createServer((request, response) => {
  const body = request.url === '/large' ? LARGE : SMALL;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(data));
  socket.on('error', () => socket.terminate());
});
server.listen(0, '127.0.0.1', () => {
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});

import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { Ledger } from './ledger.ts';
import type { Payment } from './payment.ts';

/** Milliseconds between two messages to a page. */
const BEAT = 500;
/** What a page gets when it opens, in milliseconds of the past. */
const HISTORY = 5 * 60_000;
/** A page that reads more slowly than this many bytes behind is disconnected; it comes back by itself. */
const MOST_BEHIND = 2 * 1024 * 1024;

export interface LiveFeed {
  /** Tells every page that a payment has changed. */
  changed(payment: Payment): void;
  close(): void;
}

/** Streams the ledger over WebSockets at `/live` of the server. */
export const openLiveFeed = (server: Server, ledger: Ledger): LiveFeed => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, perMessageDeflate: false });

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MOST_BEHIND) socket.terminate();
    else socket.send(text);
  };
  const broadcast = (message: object): void => {
    const text = JSON.stringify(message);
    for (const socket of sockets.clients) send(socket, text);
  };

  server.on('upgrade', (request, socket, head) => {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/live') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      const now = Date.now();
      send(opened, JSON.stringify({ type: 'hello', now, payments: ledger.since(now - HISTORY) }));
    });
  });

  const timer = setInterval(() => {
    const now = Date.now();
    const payments = ledger.advance(now);
    if (sockets.clients.size > 0) broadcast({ type: 'payments', now, payments });
  }, BEAT);

  return {
    changed: (payment) => broadcast({ type: 'changed', payment }),
    close: () => {
      clearInterval(timer);
      for (const socket of sockets.clients) socket.close(1001);
      sockets.close();
    },
  };
};

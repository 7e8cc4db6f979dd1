import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectTls } from 'node:tls';
import type { WireGate } from './open-gate.ts';

/** What a client has to know of a gate. */
export type Target = Pick<WireGate, 'port' | 'ca' | 'authority'>;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Ask {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** One request over HTTP/1.1 on a connection of its own. */
export const ask = (
  gate: Target,
  { method = 'GET', path = '/', headers = {}, body }: Ask = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const req = httpsRequest({
      host: '127.0.0.1',
      port: gate.port,
      servername: gate.authority.replace(/:\d+$/, ''),
      ca: gate.ca,
      agent: false,
      method,
      path,
      headers: { host: gate.authority, ...headers },
    });
    req.on('error', reject);
    req.on('response', (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    req.end(body);
  });

/** An HTTP/2 connection to the gate. */
export const openHttp2 = (gate: WireGate): Promise<ClientHttp2Session> =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(`https://app.example.test:${gate.port}`, {
      createConnection: () =>
        connectTls({
          host: '127.0.0.1',
          port: gate.port,
          servername: 'app.example.test',
          ca: gate.ca,
          ALPNProtocols: ['h2'],
        }),
    });
    session.once('connect', () => resolve(session));
    session.once('error', reject);
  });

/** One request over an HTTP/2 connection. */
export const ask2 = (
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> =>
  new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let text = '';
    let answered: IncomingHttpHeaders = {};
    stream.setEncoding('utf8');
    stream.on('response', (fields) => {
      answered = fields;
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('error', reject);
    stream.on('end', () => resolve({ status: Number(answered[':status']), headers: answered, body: text }));
    if (body !== undefined) stream.end(body);
  });

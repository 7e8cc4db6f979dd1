import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { GatehouseError } from '../core/index.ts';

/** A request as a probe sends it: the target goes out as it stands. */
export interface ProbeRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
}

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most a MiB of it. */
  body: string;
  /** Milliseconds it took. */
  took: number;
}

/** Where probes are sent: the bare app, or the gate with a session. */
export interface Endpoint {
  origin: string;
  /** Whether the gate stands there. */
  gated: boolean;
  send(request: ProbeRequest): Promise<Reply>;
}

export interface EndpointOptions {
  url: string;
  /** PEM of the authority that signed the gate's certificate. */
  ca?: string | undefined;
  /** Cookie header of a session. */
  cookie?: string | undefined;
  /** Hosts beside this machine that may be probed. */
  hosts: readonly string[];
}

const TIMEOUT = 20_000;
const LONGEST = 1_048_576;

const isHere = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(?:\.\d{1,3}){3}$/.test(hostname);

/**
 * An address that may be probed: of this machine, or of a host that was named.
 * @throws {GatehouseError} `probe-forbidden` for any other.
 */
export const openEndpoint = ({ url, ca, cookie, hosts }: EndpointOptions): Endpoint => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new GatehouseError('usage', `"${url}" is not an http or https address`, {
      remedy: 'Write it as https://localhost:8443.',
    });
  }
  const { hostname, origin, protocol } = parsed;
  if (!isHere(hostname) && !hosts.includes(hostname)) {
    throw new GatehouseError('probe-forbidden', `${hostname} is not of this machine`, {
      remedy: `Probe only what is yours; if it is, say so with --host ${hostname}.`,
    });
  }
  const secure = protocol === 'https:';
  const port = Number(parsed.port) || (secure ? 443 : 80);
  const send = (request: ProbeRequest): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const options = {
        // The C library does not know *.localhost.
        host:
          hostname === 'localhost' || hostname.endsWith('.localhost')
            ? '127.0.0.1'
            : hostname.replace(/^\[|\]$/g, ''),
        port,
        method: request.method,
        path: request.target,
        agent: false as const,
        timeout: TIMEOUT,
        headers: {
          host: parsed.host,
          accept: 'application/json, text/html;q=0.9, */*;q=0.8',
          'user-agent': 'gatehouse-probe',
          ...(secure && { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }),
          ...request.headers,
          ...((cookie !== undefined || request.headers['cookie'] !== undefined) && {
            cookie: [cookie, request.headers['cookie']].filter((part) => part !== undefined).join('; '),
          }),
          ...(request.body !== undefined && { 'content-length': Buffer.byteLength(request.body) }),
        },
      };
      const sent = secure
        ? httpsRequest({ ...options, servername: hostname, ...(ca !== undefined && { ca }) })
        : httpRequest(options);
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString('utf8'),
            took: performance.now() - began,
          });
        response.on('data', (chunk: Buffer) => {
          parts.push(chunk);
          length += chunk.length;
          if (length > LONGEST) response.destroy();
        });
        response.on('error', reject);
        response.on('close', done);
      });
      sent.end(request.body);
    });
  return { origin, gated: secure, send };
};

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { GatehouseError } from '../../core/index.ts';
import { bareHost, isReachable } from './reachable.ts';

/** Milliseconds for a whole answer. */
const TIMEOUT = 5_000;
/** Bytes; a discovery document or a key set has a few thousand. */
const LARGEST = 512 * 1_024;
const CONNECTIONS = 8;

export interface SafeFetch {
  (url: string, options: { method?: string; headers?: unknown; body?: unknown }): Promise<Response>;
  close(): Promise<void>;
}

const invalid = (message: string): GatehouseError => new GatehouseError('provider-answer-invalid', message);

const unavailable = (cause: unknown): GatehouseError =>
  new GatehouseError(
    'provider-unavailable',
    `the provider does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

const headersOf = (headers: unknown): Record<string, string> =>
  Object.fromEntries(new Headers(headers as Record<string, string> | Headers | undefined));

/**
 * Requests to a provider and to whatever its discovery document names: https (http where the issuer has it), checked
 * addresses, no redirects, 5 s and 512 KiB at most.
 */
export const openSafeFetch = (provider: { issuer: string; ca?: string | undefined }): SafeFetch => {
  const issuer = new URL(provider.issuer);
  const issuerHost = bareHost(issuer);

  // The check is at the connection itself: a name that was looked up twice could have two answers (DNS rebinding).
  const lookup: LookupFunction = (host, options, callback) => {
    systemLookup(host, { ...options, all: true }, (error, found: LookupAddress[] = []) => {
      if (error) return callback(error, []);
      const [first, ...rest] = found.filter(({ address }) => isReachable(issuerHost, host, address));
      if (first === undefined)
        return callback(invalid(`${host} lies where a provider must not lead`) as NodeJS.ErrnoException, []);
      return options.all ? callback(null, [first, ...rest]) : callback(null, first.address, first.family);
    });
  };

  const agent = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: 1_000,
    connect: {
      lookup,
      timeout: TIMEOUT,
      ...(provider.ca === undefined ? {} : { ca: [...rootCertificates, provider.ca] }),
    },
  });

  const check = (text: string): URL => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) throw invalid('the provider names an address that is none');
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && issuer.protocol === 'http:'))
      throw invalid(`the provider names an address that is not https: ${url.origin}`);
    const host = bareHost(url);
    // Addresses are not looked up, so they never reach the check above.
    if (isIP(host) !== 0 && !isReachable(issuerHost, host, host))
      throw invalid(`${host} lies where a provider must not lead`);
    return url;
  };

  const fetch = async (text: string, options: { method?: string; headers?: unknown; body?: unknown }) => {
    const url = check(text);
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: agent,
        method: options.method === 'POST' ? 'POST' : 'GET',
        headers: headersOf(options.headers),
        body: options.body === undefined || options.body === null ? null : String(options.body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > LARGEST) throw invalid('the answer of the provider is too large');
        chunks.push(chunk);
      }
      if (statusCode >= 500) throw unavailable(`it answered with status ${statusCode}`);
      const type = headers['content-type'];
      return new Response(statusCode === 204 || statusCode === 304 ? null : Buffer.concat(chunks), {
        status: statusCode,
        headers: typeof type === 'string' ? { 'content-type': type } : {},
      });
    } catch (error) {
      throw error instanceof GatehouseError ? error : unavailable(error);
    }
  };

  return Object.assign(fetch, { close: () => agent.destroy() });
};

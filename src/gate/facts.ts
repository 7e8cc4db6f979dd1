import type { Bucket } from '../core/index.ts';
import type { Session } from '../identity/index.ts';
import type { CanonicalRequest } from './canonical/request.ts';
import type { ReadCookies } from './connection-memory.ts';
import type { GateApp } from './settings.ts';

/** All that a decision may be made on. Nothing in it is read from the wire again afterwards. */
export interface Facts extends CanonicalRequest {
  protocol: 'h1' | 'h2';
  /** Milliseconds since the epoch at which the head of the request was complete. */
  time: number;
  /** Address without port, and User-Agent cut to 512 characters. */
  client: { address: string; userAgent: string };
  app: GateApp;
  /** A WebSocket handshake. */
  upgrade: boolean;
  /** The browser is going to a page, so that a redirect to sign in makes sense. */
  navigation: boolean;
  /** Lower-case names; several values of one name are joined with ", " ("; " for cookies). */
  headers: ReadonlyMap<string, string>;
  rawHeaders: readonly string[];
  /** Bytes that the client says the body has; undefined when it does not say, 0 when there is none. */
  contentLength: number | undefined;
  cookies: ReadCookies;
  session: Session | undefined;
  /** The limits that the request counted for, and what is left of each; absent where none is set. */
  rates?: { name: string; bucket: Bucket; remaining: number }[];
  /** The first bytes of the body, as many as the guards asked for. */
  peeked: Buffer | undefined;
}

/** Lower-case header names with their values joined as RFC 9110 section 5.3 and RFC 9113 section 8.2.3 say. */
export const headerMap = (rawHeaders: readonly string[]): Map<string, string> => {
  const map = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    const before = map.get(name);
    map.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return map;
};

/**
 * Whether a browser is going to a page (Fetch Metadata says so; old browsers by Accept). Only decides how
 * to ask for a sign-in, never whether.
 */
export const isNavigation = (method: string, headers: ReadonlyMap<string, string>): boolean => {
  const mode = headers.get('sec-fetch-mode');
  if (mode !== undefined) return mode === 'navigate';
  if (method !== 'GET' && method !== 'HEAD') return false;
  return (headers.get('accept') ?? '').includes('text/html') && !headers.has('x-requested-with');
};

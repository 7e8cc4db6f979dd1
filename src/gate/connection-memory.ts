import type { Sessions } from '../identity/index.ts';
import { canonicalAddress } from './canonical/address.ts';
import { ownCookie, SESSION_COOKIE, withoutOwnCookies } from './cookies.ts';
import type { Exchange } from './exchange.ts';

/** What a Cookie header says to the gate. */
export interface ReadCookies {
  /** The session's token, or undefined. */
  token: string | undefined;
  /** The name that the session's token goes by in the cache: its hash. */
  key: string | undefined;
  /** The header without our own cookies: what the app gets. */
  rest: string | undefined;
}

const NO_COOKIES: ReadCookies = { token: undefined, key: undefined, rest: undefined };

/**
 * What was worked out for the last request of a connection. Browsers send the same cookies with each request, and the
 * hash of a token costs more than a decision. Nothing is decided here, and nothing is shared between connections.
 */
export class ConnectionMemory {
  /** The peer's address in its one spelling. */
  readonly address: string;
  #header: string | undefined;
  #read: ReadCookies = NO_COOKIES;

  constructor(peer: string | undefined) {
    this.address = canonicalAddress(peer);
  }

  cookies(header: string | undefined, sessions: Pick<Sessions, 'keyOf'>): ReadCookies {
    if (header === undefined) return NO_COOKIES;
    if (header === this.#header) return this.#read;
    const token = ownCookie(header, SESSION_COOKIE);
    this.#read = {
      token,
      key: token === undefined ? undefined : sessions.keyOf(token),
      rest: withoutOwnCookies(header),
    };
    this.#header = header;
    return this.#read;
  }
}

const memories = new WeakMap<object, ConnectionMemory>();

/** The memory of the connection that a request came by. */
export const connectionMemory = ({ connection, incoming }: Exchange): ConnectionMemory => {
  const known = memories.get(connection);
  if (known !== undefined) return known;
  const made = new ConnectionMemory(incoming.socket?.remoteAddress);
  memories.set(connection, made);
  return made;
};

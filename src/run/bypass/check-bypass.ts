import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Listener, listenersAt, listenersOf } from './listening.ts';

/** Whether an app can be reached around the gate (C56). */
export interface BypassReport {
  /** `unknown`: it runs on another machine, or this system does not tell who listens. */
  state: 'closed' | 'open' | 'unknown';
  /** Addresses, each with a port, at which other machines reach it now; empty unless `open`. */
  reachableAt: readonly string[];
  /** One sentence for people. */
  says: string;
  /** What to do about it; undefined when it is closed. */
  remedy: string | undefined;
}

const isLoopback = (address: string): boolean =>
  address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address) || address === 'localhost';

const withPort = (address: string, port: number): string =>
  `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** The addresses of this machine that an address stands for; `::` takes IPv4 as well (RFC 3493 section 3.7). */
const meant = (address: string): string[] => {
  if (address !== '0.0.0.0' && address !== '::') return [address];
  const own = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'))
    .filter((entry) => address === '::' || entry.family === 'IPv4')
    .map((entry) => entry.address);
  return own.length === 0 ? [address] : own;
};

const judge = (listeners: readonly Listener[], upstream: URL): BypassReport => {
  const exposed = listeners.filter(({ address }) => !isLoopback(address));
  if (exposed.length === 0) {
    return {
      state: 'closed',
      reachableAt: [],
      says: 'The app listens on loopback only: other machines reach it through the gate alone.',
      remedy: undefined,
    };
  }
  const reachableAt = [
    ...new Set(exposed.flatMap(({ address, port }) => meant(address).map((one) => withPort(one, port)))),
  ];
  const all = exposed.some(({ address }) => address === '0.0.0.0' || address === '::');
  return {
    state: 'open',
    reachableAt,
    says: `The app can be reached around the gate at ${reachableAt.join(', ')}.`,
    remedy: `Make it listen on 127.0.0.1${all ? ' instead of all addresses' : ''}, or close port ${exposed
      .map(({ port }) => port)
      .filter((port, i, ports) => ports.indexOf(port) === i)
      .join(', ')} in the firewall for everybody but this machine (upstream ${upstream.host}).`,
  };
};

/**
 * Looks at who listens where: at every socket of the app's processes when the gate has started it, else at the
 * upstream's port. Reads the system's tables and sends nothing.
 */
export const checkBypass = (input: {
  /** http or https address of the app. */
  upstream: string;
  /** Processes of the app, when they are known. */
  processes?: readonly number[] | undefined;
}): BypassReport => {
  const upstream = new URL(input.upstream);
  const host = upstream.hostname.replace(/^\[|\]$/g, '');
  if (!isLoopback(host)) {
    return {
      state: 'unknown',
      reachableAt: [],
      says: `The app is at ${upstream.host}, beyond this machine: who else reaches it there cannot be seen from here.`,
      remedy: 'Let a firewall on that machine accept this port from the gate alone, and speak https to it.',
    };
  }
  const port = Number(upstream.port || (upstream.protocol === 'https:' ? 443 : 80));
  const listeners = input.processes === undefined ? listenersAt(port) : listenersOf(input.processes);
  if (listeners.length === 0) {
    return {
      state: 'unknown',
      reachableAt: [],
      says: `Nothing is seen to listen at ${upstream.host}.`,
      remedy: 'Start the app, then look again.',
    };
  }
  return judge(listeners, upstream);
};

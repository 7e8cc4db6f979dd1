import { type Listener, listenersOf } from '../bypass/listening.ts';
import { answersHttp, type Place } from './probe.ts';

const TIMEOUT = 2_000;

const hostsOf = (address: string): Place['host'][] => {
  if (address === '::') return ['127.0.0.1', '::1'];
  if (address === '::1') return ['::1'];
  return address === '0.0.0.0' || address.startsWith('127.') ? ['127.0.0.1'] : [];
};

/** What is asked of the app, and as whom. */
export interface Question {
  /** The port that it was told to use. */
  port: number;
  /** The only port that counts from now on, after it has been ready once. */
  settled: Place | undefined;
  path: string;
  hostHeader: string;
  processes: readonly number[];
  /** Whether an app that listens elsewhere is looked for. */
  lookElsewhere: boolean;
}

/**
 * Where the app answers: at its port, on IPv4 before IPv6, as long as the socket there belongs to it and not to a
 * stranger; else, when asked to look, at another port on which one of its processes speaks HTTP.
 */
export const findPlace = async (question: Question): Promise<Place | undefined> => {
  const { port, settled, path, hostHeader, processes } = question;
  const listeners: Listener[] = listenersOf(processes);
  const own = (place: Place): boolean =>
    // Where the system does not tell who listens, whoever answers is taken for the app.
    listeners.length === 0
      ? process.platform !== 'linux'
      : listeners.some((one) => one.port === place.port && hostsOf(one.address).includes(place.host));
  const answers = (place: Place) => answersHttp(place, path, hostHeader, TIMEOUT);

  const told: Place[] =
    settled === undefined
      ? [
          { host: '127.0.0.1', port },
          { host: '::1', port },
        ]
      : [settled];
  for (const place of told) if (own(place) && (await answers(place))) return place;
  if (settled !== undefined || !question.lookElsewhere) return undefined;
  for (const { address, port: other } of listeners) {
    const host = hostsOf(address)[0];
    if (other === port || host === undefined) continue;
    const place = { host, port: other };
    if (await answers(place)) return place;
  }
  return undefined;
};

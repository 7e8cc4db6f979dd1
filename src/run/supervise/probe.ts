import { request } from 'node:http';
import { isIPv6 } from 'node:net';

/** Where an app listens. */
export interface Place {
  host: '127.0.0.1' | '::1';
  port: number;
}

export const urlOf = ({ host, port }: Place): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/**
 * Whether an HTTP server answers at this place, with whatever status: an app that asks for a sign-in of its own, or for
 * a path that it does not have, is there. Never rejects.
 */
export const answersHttp = (
  place: Place,
  path: string,
  hostHeader: string,
  timeout: number,
): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(
      {
        host: place.host,
        port: place.port,
        path,
        headers: {
          Host: hostHeader,
          Accept: '*/*',
          Connection: 'close',
          'User-Agent': 'gatehouse-readiness',
        },
        agent: false,
      },
      (answer) => {
        answer.destroy();
        resolve(true);
      },
    );
    const timer = setTimeout(() => asked.destroy(), timeout);
    asked.once('error', () => resolve(false));
    asked.once('close', () => {
      clearTimeout(timer);
      resolve(false);
    });
    asked.end();
  });

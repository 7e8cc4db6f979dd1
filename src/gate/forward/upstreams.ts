import { Pool } from 'undici';
import type { Upstream } from '../../config/index.ts';
import type { GateApp } from '../settings.ts';

// gunicorn closes idle connections after 2 s, uvicorn after 5 s: ours rest less, so that a request rarely meets
// one that is closing.
const IDLE = 1_000;
const CONNECTIONS = 256;
const CONNECT_TIMEOUT = 10_000;

/** The origin that a request to an upstream is made for. */
export const upstreamOrigin = (upstream: Upstream | undefined): string =>
  upstream?.kind === 'tcp' ? upstream.origin : 'http://localhost';

/** Pools of connections to the apps. TLS to an upstream is verified always (C18). */
export class Upstreams {
  readonly #pools = new Map<string, Pool>();

  poolFor(app: GateApp): Pool {
    const socketPath = app.upstream?.kind === 'unix' ? app.upstream.path : undefined;
    const origin = upstreamOrigin(app.upstream);
    const key = `${origin}\n${socketPath ?? ''}\n${app.upstreamCa ?? ''}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: IDLE,
      keepAliveMaxTimeout: IDLE,
      allowH2: false,
      strictContentLength: true,
      connect: {
        timeout: CONNECT_TIMEOUT,
        ...(app.upstreamCa !== undefined && { ca: app.upstreamCa }),
        ...(socketPath !== undefined && { socketPath }),
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }
}

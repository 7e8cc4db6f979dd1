import { Agent } from 'undici';
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
  readonly #agents = new Map<string, Agent>();

  agentFor(app: GateApp): Agent {
    const socketPath = app.upstream?.kind === 'unix' ? app.upstream.path : undefined;
    const key = `${socketPath ?? ''}\n${app.upstreamCa ?? ''}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = new Agent({
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
    this.#agents.set(key, agent);
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
    this.#agents.clear();
  }
}

import type { TlsOptions } from 'node:tls';
import { Upstreams } from './forward/upstreams.ts';
import { GrantsUsed } from './grants-used.ts';
import { type Guard, transformsOf } from './guard.ts';
import { type GatePorts, type GateState, Handler } from './handle.ts';
import { type Listener, listen } from './listener/listener.ts';
import { Live } from './live.ts';
import { peekSize } from './peek.ts';
import { requestGuards, responseGuards } from './pipeline.ts';
import { compileRoutes } from './route-table.ts';
import type { GateSettings } from './settings.ts';

export interface GateOptions {
  ports: GatePorts;
  settings: GateSettings;
  /** Addresses to listen on; port 0 takes a free one. */
  listen: readonly { host: string; port: number }[];
  tls: TlsOptions;
  /** Guards behind the built-in ones, asked in their order. */
  extraGuards?: readonly Guard[];
}

export interface Gate {
  addresses: readonly { host: string; port: number }[];
  /** How many requests, event streams and WebSockets are open. */
  live(): number;
  /** Takes new settings for the requests to come; those under way end with the old ones. */
  configure(settings: GateSettings): void;
  /** Stops listening, gives requests `grace` milliseconds (default 5,000) and ends the rest. */
  close(grace?: number): Promise<void>;
}

/** Opens the gate: from here on every request to the apps goes through it. */
export const openGate = async (options: GateOptions): Promise<Gate> => {
  const { ports } = options;
  const extra = options.extraGuards ?? [];
  const grants = new GrantsUsed(ports.events, ports.clock);
  const compile = (settings: GateSettings): GateState => {
    const guards = [...requestGuards(settings, ports.counters, grants), ...extra];
    return {
      routes: compileRoutes(settings),
      transforms: transformsOf(guards),
      beforeSession: guards.filter(({ stage }) => stage === 'request'),
      afterSession: guards.filter(({ stage }) => stage === 'session'),
      withBody: guards.filter(({ stage }) => stage === 'body'),
      peek: peekSize(guards),
      responseGuards: responseGuards(settings),
    };
  };
  const live = new Live(ports.clock);
  const upstreams = new Upstreams();
  const handler = new Handler(ports, compile(options.settings), live, upstreams);
  const stopWatching = ports.sessions.onEnded((sessionId) => live.endSession(sessionId));

  const listeners: Listener[] = [];
  try {
    for (const { host, port } of options.listen) {
      listeners.push(
        await listen({
          host,
          port,
          tls: options.tls,
          limits: options.settings.limits,
          handle: (exchange, handshake) => {
            handler.handle(exchange, handshake).catch(() => exchange.destroy());
          },
          onMalformed: (address, reason) => {
            const fields = { reason, status: 400, address };
            ports.events.record({ type: 'request.malformed', outcome: 'refused', fields }).catch(() => {});
          },
        }),
      );
    }
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    live.close();
    await grants.close();
    throw error;
  }
  return {
    addresses: listeners.map(({ host, port }) => ({ host, port })),
    live: () => live.size,
    configure: (settings) => handler.use(compile(settings)),
    close: async (grace = 5_000) => {
      stopWatching();
      await Promise.all(listeners.map((listener) => listener.close(grace)));
      live.close();
      await grants.close();
      await upstreams.close();
    },
  };
};

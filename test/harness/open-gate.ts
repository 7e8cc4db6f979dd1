import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePolicy, compileShields, type StandingShield } from '../../src/access/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { type SecurityEvent, systemClock } from '../../src/core/index.ts';
import {
  type CspSightings,
  documentFields,
  type Gate,
  type GateApp,
  type GateSettings,
  type Guard,
  openCertificates,
  openGate,
  openSightings,
} from '../../src/gate/index.ts';
import type { HandOff, Session, Sessions } from '../../src/identity/index.ts';
import { memoryCounters } from '../../src/store/index.ts';

/** A gate in this process for one app whose every path is public: for tests of the wire, where nobody signs in. */
export interface WireGate {
  gate: Gate;
  port: number;
  /** `app.example.test:PORT`, the authority that clients have to name. */
  authority: string;
  /** PEM of the authority that signed the gate's certificate. */
  ca: string;
  events: SecurityEvent[];
  sightings: CspSightings;
  close(): Promise<void>;
}

export interface WireGateOptions {
  limits?: Partial<GateSettings['limits']>;
  guards?: readonly Guard[];
  trustedProxies?: readonly string[];
  rates?: GateSettings['rates'];
  routeRates?: GateSettings['routeRates'];
  /** Who every request with a session cookie is; nobody when absent. */
  session?: Session;
  onEnded?: (end: (sessionId: string) => void) => void;
  upstreamCa?: string;
  errors?: 'safe' | 'pass';
  /** The content security policy for a gate on this port; none when absent. */
  csp?: (port: number) => GateApp['csp'];
  /** Rules of the app as YAML, one flow mapping a line; everything is public when absent. */
  rules?: readonly string[];
  shields?: readonly StandingShield[];
}

const PUBLIC = ['{ allow: [anonymous, user], paths: ["/**"] }'];

const policyOf = (rules: readonly string[]): string => `
listen: 127.0.0.1:8443
apps:
  app:
    upstream: http://127.0.0.1:1
    rules:
${rules.map((rule) => `      - ${rule}`).join('\n')}
`;

const sessionsOf = (options: WireGateOptions): Sessions => ({
  find: async () => options.session,
  keyOf: (token) => token,
  peek: () => options.session,
  onEnded: (listener) => {
    options.onEnded?.((sessionId) => listener(sessionId, 'sign-out'));
    return () => {};
  },
  isAlive: (id) => id === options.session?.id,
  list: async () => [],
  end: async () => false,
  endAll: async () => 0,
});

const handOff: HandOff = { issue: async () => '', redeem: async () => undefined };

/** Opens a gate on a free port in front of `upstream`. */
export const openWireGate = async (upstream: string, options: WireGateOptions = {}): Promise<WireGate> => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-wire-'));
  const certificates = await openCertificates({
    directory,
    hosts: ['app.example.test', 'gate.example.test'],
    clock: systemClock,
  });
  const { config, positions } = parseConfig(policyOf(options.rules ?? PUBLIC), 'test.yaml');
  const events: SecurityEvent[] = [];
  const sightings = openSightings();
  const settings = (port: number): GateSettings => ({
    portal: { origin: `https://gate.example.test:${port}`, authority: `gate.example.test:${port}` },
    apps: [
      {
        name: 'app',
        title: 'App',
        authority: `app.example.test:${port}`,
        origin: `https://app.example.test:${port}`,
        upstream: { kind: 'tcp', origin: upstream },
        upstreamCa: options.upstreamCa,
        scriptCookies: ['_xsrf'],
        errors: options.errors ?? 'safe',
        csp: options.csp?.(port),
        documentFields: documentFields({ permissions: [], isolated: true }, [], true),
      },
    ],
    policy: compilePolicy({ config, positions }),
    shields: compileShields(options.shields ?? []),
    limits: { ...config.limits, ...options.limits },
    rates: options.rates ?? {},
    routeRates: options.routeRates ?? new Map(),
    trustedProxies: options.trustedProxies ?? [],
    hsts: undefined,
  });
  const gate = await openGate({
    ports: {
      sessions: sessionsOf(options),
      handOff,
      keptForms: { keep: async () => '', take: async () => undefined },
      assertions: { forApp: () => 'signed.by.test', jwks: () => ({ keys: [] }), rotateKeys: async () => {} },
      portal: () => new Response('portal'),
      events: {
        record: async (event) => {
          events.push(event);
          return undefined;
        },
      },
      counters: memoryCounters({ clock: systemClock }),
      clock: systemClock,
      sightings,
    },
    settings: settings(0),
    listen: [{ host: '127.0.0.1', port: 0 }],
    tls: certificates.options(),
    ...(options.guards && { extraGuards: options.guards }),
  });
  const port = gate.addresses[0]?.port ?? 0;
  gate.configure(settings(port));
  return {
    gate,
    port,
    authority: `app.example.test:${port}`,
    ca: readFileSync(certificates.authorityFile ?? '', 'utf8'),
    events,
    sightings,
    close: async () => {
      await gate.close(0);
      certificates.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

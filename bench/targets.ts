import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/core/index.ts';
import { openCertificates } from '../src/gate/index.ts';
import { PASSWORD, startGatehouse } from '../test/harness/gatehouse-process.ts';
import { type Running, startChild } from './child.ts';
import { hasCoreRules, hasNginx, startNginx } from './nginx.ts';
import { signInByForms } from './sign-in.ts';

/** In the order in which they are shown. */
export const TARGETS = ['direct', 'bare', 'bare again', 'nginx', 'nginx + core rules', 'gatehouse'] as const;
export type TargetName = (typeof TARGETS)[number];

/** Something that answers for the app. */
export interface Target {
  name: TargetName;
  pid: number;
  /** Origin over plain HTTP, undefined where there is none. */
  plain: string | undefined;
  /** Origin over TLS, undefined where there is none. */
  secure: string | undefined;
  headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const scriptOf = (name: string): string => join(import.meta.dirname, name);

const startBare = async (
  name: TargetName,
  upstream: number,
  pem: string,
  nodeOptions: string,
): Promise<Target> => {
  const words = [scriptOf('bare-proxy.ts'), String(upstream), pem];
  const running = await startChild(process.execPath, words, { NODE_OPTIONS: nodeOptions });
  const [plain, secure] = running.ready.split(' ');
  return {
    name,
    pid: running.pid,
    plain: `http://localhost:${plain}`,
    secure: `https://localhost:${secure}`,
    headers: {},
    stop: running.stop,
  };
};

const startNginxTarget = async (
  name: TargetName,
  directory: string,
  upstream: number,
  pem: string,
  withRules: boolean,
): Promise<Target> => {
  const { running, plain, secure } = await startNginx(directory, upstream, pem, withRules);
  return {
    name,
    pid: running.pid,
    plain: `http://localhost:${plain}`,
    secure: `https://localhost:${secure}`,
    headers: {},
    stop: running.stop,
  };
};

// Everything is on; the bounds that one client would run into, since it plays a thousand, are out of the way.
const configuration = (upstream: number): string => `
limits: { connectionsPerAddress: 100000, connections: 100000 }
rates: { address: 600000000/1m, person: 600000000/1m }
apps:
  app:
    upstream: http://127.0.0.1:${upstream}
    rules:
      - allow: [user]
      - forbid: [guest]
        paths: [/admin/**]
`;

const startGuarded = async (directory: string, upstream: number, nodeOptions: string): Promise<Target> => {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'gatehouse.yaml');
  writeFileSync(config, configuration(upstream));
  const gate = await startGatehouse({
    mode: { serve: `http://127.0.0.1:${upstream}` },
    directory,
    config,
    people: [{ name: 'ada', roles: 'user' }],
    env: { NODE_OPTIONS: nodeOptions },
  });
  const cookie = await signInByForms(`${gate.appUrl}/small`, gate.authorityFile, 'ada', PASSWORD);
  return {
    name: 'gatehouse',
    pid: gate.process.pid ?? 0,
    plain: undefined,
    secure: gate.appUrl,
    headers: { Cookie: cookie },
    stop: gate.close,
  };
};

const ownCertificate = async (directory: string): Promise<string> => {
  const certificates = await openCertificates({ directory, hosts: ['localhost'], clock: systemClock });
  certificates.close();
  return join(directory, 'server-private.pem');
};

export interface Field {
  targets: readonly Target[];
  upstream: Running;
  /** What could not be started, and why. */
  missing: readonly string[];
  stop(): Promise<void>;
}

export interface FieldOptions {
  /** Only these besides the app itself. */
  only?: readonly TargetName[];
  /** Options of Node for the proxies that run on it. */
  nodeOptions?: string;
}

/** Starts the app and everything that stands in front of it, all on loopback, all with the same sort of certificate. */
export const startField = async (
  directory: string,
  { only, nodeOptions = '' }: FieldOptions = {},
): Promise<Field> => {
  const upstream = await startChild(process.execPath, [scriptOf('upstream.ts')]);
  const port = Number(upstream.ready);
  const pem = await ownCertificate(join(directory, 'tls'));
  const missing: string[] = [];
  const direct: Target = {
    name: 'direct',
    pid: upstream.pid,
    plain: `http://localhost:${port}`,
    secure: undefined,
    headers: {},
    stop: async () => undefined,
  };
  const starts: Record<TargetName, () => Promise<Target | string>> = {
    direct: async () => direct,
    bare: () => startBare('bare', port, pem, nodeOptions),
    'bare again': () => startBare('bare again', port, pem, nodeOptions),
    nginx: async () =>
      hasNginx()
        ? startNginxTarget('nginx', join(directory, 'nginx'), port, pem, false)
        : 'not installed (package nginx)',
    'nginx + core rules': async () =>
      hasCoreRules()
        ? startNginxTarget('nginx + core rules', join(directory, 'crs'), port, pem, true)
        : 'not installed (packages libnginx-mod-http-modsecurity and modsecurity-crs)',
    gatehouse: () => startGuarded(join(directory, 'gatehouse'), port, nodeOptions),
  };
  const targets: Target[] = [];
  const stop = async (): Promise<void> => {
    for (const target of targets) await target.stop();
    await upstream.stop();
  };
  try {
    for (const name of TARGETS) {
      if (only && !only.includes(name)) continue;
      const target = await starts[name]();
      if (typeof target === 'string') missing.push(`${name}: ${target}`);
      else targets.push(target);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { targets, upstream, missing, stop };
};

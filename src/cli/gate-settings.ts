import { readFileSync } from 'node:fs';
import { compilePolicy } from '../access/index.ts';
import type { AppConfig, LoadedConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import { type GateApp, type GateSettings, PRESETS, type PresetName } from '../gate/index.ts';

/** Where an app that Gatehouse runs itself listens, and what it was recognised as. */
export interface Started {
  upstream: string;
  preset: PresetName;
}

const authorityOf = (origin: string): string => new URL(origin).host;

const readAuthority = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GatehouseError('certificate-unreadable', `the authority ${file} cannot be read`, {
      remedy: 'Correct upstreamCa in the configuration.',
      cause,
    });
  }
};

const gateApp = (app: AppConfig, started: Started | undefined): GateApp => {
  const upstream = started ? ({ kind: 'tcp', origin: started.upstream } as const) : app.upstream;
  return {
    name: app.name,
    title: app.title,
    authority: authorityOf(app.url),
    origin: app.url,
    upstream,
    upstreamCa: readAuthority(app.upstreamCa),
    scriptCookies: PRESETS[app.preset ?? started?.preset ?? 'generic'].scriptCookies,
    errors: app.errors,
  };
};

const hstsHeader = (hsts: LoadedConfig['config']['hsts']): string | undefined =>
  hsts &&
  `max-age=${Math.floor(hsts.maxAge / 1_000)}${hsts.includeSubDomains ? '; includeSubDomains' : ''}${hsts.preload ? '; preload' : ''}`;

/** What the gate makes of a configuration. `realCertificate`: whether browsers may be told to insist on HTTPS (C17). */
export const gateSettings = (
  { config, positions }: LoadedConfig,
  started: ReadonlyMap<string, Started>,
  realCertificate: boolean,
): GateSettings => ({
  portal: { origin: config.portal, authority: authorityOf(config.portal) },
  apps: Object.values(config.apps).map((app) => gateApp(app, started.get(app.name))),
  policy: compilePolicy({ config, positions }),
  limits: config.limits,
  rates: config.rates,
  trustedProxies: config.trustedProxies,
  hsts: realCertificate ? hstsHeader(config.hsts) : undefined,
});

import { readFileSync } from 'node:fs';
import { compilePolicy, compileShields, type Shields } from '../access/index.ts';
import type { AppConfig, LoadedConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import {
  compileCsp,
  documentFields,
  type GateApp,
  type GateSettings,
  NO_HASHES,
  PRESETS,
  type PresetName,
  type ShellHashes,
} from '../gate/index.ts';

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

/** The preset that counts for an app: the configured one, else what its command was recognised as. */
export const presetOf = (app: AppConfig, started: Started | undefined): PresetName =>
  app.preset ?? started?.preset ?? 'generic';

/** An app of the configuration as the gate sees it. */
export const gateApp = (
  app: AppConfig,
  started: Started | undefined,
  hashes: ShellHashes,
  portalOrigin: string,
): GateApp => {
  const preset = PRESETS[presetOf(app, started)];
  const upstream = started ? ({ kind: 'tcp', origin: started.upstream } as const) : app.upstream;
  return {
    name: app.name,
    title: app.title,
    authority: authorityOf(app.url),
    origin: app.url,
    upstream,
    upstreamCa: readAuthority(app.upstreamCa),
    scriptCookies: preset.scriptCookies,
    errors: app.errors,
    documentFields: documentFields(preset, app.permissions, app.csp.mode === 'block'),
    csp: compileCsp({ preset: preset.csp, config: app.csp, hashes, origin: app.url, portalOrigin }),
  };
};

const hstsHeader = (hsts: LoadedConfig['config']['hsts']): string | undefined =>
  hsts &&
  `max-age=${Math.floor(hsts.maxAge / 1_000)}${hsts.includeSubDomains ? '; includeSubDomains' : ''}${hsts.preload ? '; preload' : ''}`;

const NO_SHIELDS = compileShields([]);

/**
 * What the gate makes of a configuration. `realCertificate`: whether browsers may be told to insist on HTTPS (C17);
 * `hashes`: of what stands in each app's own shell (C26).
 */
export const gateSettings = (
  { config, positions }: LoadedConfig,
  started: ReadonlyMap<string, Started>,
  realCertificate: boolean,
  hashes: ReadonlyMap<string, ShellHashes>,
  shields: Shields = NO_SHIELDS,
): GateSettings => ({
  portal: { origin: config.portal, authority: authorityOf(config.portal) },
  apps: Object.values(config.apps).map((app) =>
    gateApp(app, started.get(app.name), hashes.get(app.name) ?? NO_HASHES, config.portal),
  ),
  policy: compilePolicy({ config, positions }),
  shields,
  limits: config.limits,
  rates: config.rates,
  routeRates: new Map(
    Object.values(config.apps)
      .filter(({ rates }) => rates.length > 0)
      .map(({ name, rates }) => [name, rates]),
  ),
  trustedProxies: config.trustedProxies,
  hsts: realCertificate ? hstsHeader(config.hsts) : undefined,
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proposeShield } from '../../access/index.ts';
import type { GatehouseConfig } from '../../config/index.ts';
import type { Finding } from '../../core/index.ts';
import {
  type Endpoint,
  openBeacon,
  openEndpoint,
  type ProbeResult,
  probeFinding,
} from '../../probe/index.ts';
import { administer } from '../control/administer.ts';

export interface ProbePlan {
  config: GatehouseConfig;
  app: string;
  /** Address of the app at the gate. */
  gate: string | undefined;
  /** Address of the bare app. */
  bare: string | undefined;
  /** Cookie header of a session at the gate. */
  cookie: string | undefined;
  /** Hosts beside this machine that may be probed. */
  hosts: readonly string[];
  onResult?(finding: Finding, result: ProbeResult): void;
}

export interface Probed extends ProbeResult {
  fingerprint: string;
  title: string;
  route: string;
}

/** PEM of the local authority of a data directory, where it has one. */
export const authorityOf = (config: GatehouseConfig): string | undefined => {
  const file = join(config.data, 'tls', 'authority.pem');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

const failed = (error: unknown): ProbeResult => ({
  outcome: 'unproved',
  direct: `the probe failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 900),
  gated: null,
  ordinary: null,
  incident: null,
});

/** Tries every finding of the web that was kept, those that are gone among them, and keeps what was seen. */
export const runProbe = async (plan: ProbePlan): Promise<{ probed: Probed[]; retired: string[] }> => {
  const { config, app, hosts } = plan;
  const { findings } = await administer(config, 'findings.list', {});
  const { shields } = await administer(config, 'shields.list', { all: true });
  const open = (url: string | undefined, cookie?: string): Endpoint | undefined =>
    url === undefined ? undefined : openEndpoint({ url, ca: authorityOf(config), cookie, hosts });
  const where = { bare: open(plan.bare), gate: open(plan.gate, plan.cookie), beacon: await openBeacon() };
  const probed: Probed[] = [];
  try {
    for (const { finding } of findings) {
      if (finding.source === undefined || finding.suppressed !== undefined) continue;
      const made = proposeShield(finding, { app, hosts: [] });
      const path = 'shield' in made ? made.shield.parameter.path : [];
      const check = shields.find(({ shield }) => shield.finding === finding.fingerprint)?.shield.check;
      const fetched = check?.kind === 'hosts' ? check.hosts : [];
      const result = await probeFinding({ finding, path, hosts: fetched }, where).catch(failed);
      plan.onResult?.(finding, result);
      const route = `${finding.source.methods.join(',') || 'any'} ${finding.source.route ?? '?'}`;
      probed.push({ ...result, fingerprint: finding.fingerprint, title: finding.title, route });
    }
  } finally {
    await where.beacon.close();
  }
  const reports = probed.map(({ fingerprint, outcome, direct, gated, ordinary, incident }) => ({
    fingerprint,
    app,
    outcome,
    direct,
    gated,
    ordinary,
    incident,
  }));
  const { retired } = await administer(config, 'probes.keep', { reports });
  return { probed, retired: retired.map(({ shield }) => shield.id) };
};

import { relative, resolve } from 'node:path';
import type { GatehouseConfig } from '../../config/index.ts';
import type { ScanResult } from '../../scan/index.ts';
import { administer } from '../control/administer.ts';

const AT_ONCE = 200;

/** Keeps what a scan of `paths` found and says in a line what is new and what is gone. `at`: when the scan began. */
export const saveScan = async (
  config: GatehouseConfig,
  paths: readonly string[],
  at: number,
  result: ScanResult,
): Promise<string> => {
  const root = paths
    .map((path) => resolve(path))
    .sort()
    .join(',');
  let fresh = 0;
  for (let i = 0; i < result.findings.length; i += AT_ONCE) {
    const findings = result.findings.slice(i, i + AT_ONCE);
    fresh += (await administer(config, 'findings.keep', { root, at, findings })).fresh;
  }
  const unread = result.leftOut.map(({ path }) => relative(process.cwd(), resolve(path)) || path);
  const { gone } = await administer(config, 'findings.end-scan', { root, at, unread });
  return `Kept ${result.findings.length} findings: ${fresh} new, ${gone.length} gone since the last scan.`;
};

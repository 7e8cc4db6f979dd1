import { relative, resolve } from 'node:path';
import type { GatehouseConfig } from '../../config/index.ts';
import type { ScanResult } from '../../scan/index.ts';
import { administer } from '../control/administer.ts';
import type { OpenData } from '../open-data.ts';
import { endScan, keepFindings } from './finding-book.ts';

const AT_ONCE = 200;

const rootOf = (paths: readonly string[]): string =>
  paths
    .map((path) => resolve(path))
    .sort()
    .join(',');

/** Files that were not read, named as places of findings name theirs. */
const unreadOf = (result: ScanResult): string[] =>
  result.leftOut.map(({ path }) => relative(process.cwd(), resolve(path)) || path);

const sentence = (all: number, fresh: number, gone: number): string =>
  `Kept ${all} findings: ${fresh} new, ${gone} gone since the last scan.`;

/** Keeps what a scan of `paths` found and says in a line what is new and what is gone. `at`: when the scan began. */
export const saveScan = async (
  config: GatehouseConfig,
  paths: readonly string[],
  at: number,
  result: ScanResult,
): Promise<string> => {
  const root = rootOf(paths);
  let fresh = 0;
  for (let i = 0; i < result.findings.length; i += AT_ONCE) {
    const findings = result.findings.slice(i, i + AT_ONCE);
    fresh += (await administer(config, 'findings.keep', { root, at, findings })).fresh;
  }
  const { gone } = await administer(config, 'findings.end-scan', { root, at, unread: unreadOf(result) });
  return sentence(result.findings.length, fresh, gone.length);
};

/** The same in the process that owns the data. */
export const keepScan = async (
  data: OpenData,
  paths: readonly string[],
  at: number,
  result: ScanResult,
): Promise<string> => {
  const root = rootOf(paths);
  const fresh = await keepFindings(data, root, at, result.findings);
  const gone = await endScan(data, root, at, unreadOf(result));
  return sentence(result.findings.length, fresh, gone.length);
};

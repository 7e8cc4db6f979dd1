import type { ScanResult } from '../scan.ts';

/** The result as JSON text: findings as the schema of `core/findings.ts` has them, and what was left out. */
export const toJson = (result: ScanResult): string =>
  `${JSON.stringify(
    {
      version: 1,
      tool: 'gatehouse',
      files: result.files,
      lines: result.lines,
      findings: result.findings,
      leftOut: result.leftOut,
      cuts: result.cuts,
    },
    null,
    2,
  )}\n`;

/**
 * Reads Python, follows what comes in from outside to where it does harm, and reports findings: terminal, JSON,
 * SARIF 2.1.0 and GitHub annotations. Pure: opens no connection and runs nothing of what it reads.
 */
export type { LeftOut } from './project/files.ts';
export { toGithub } from './report/github.ts';
export { toJson } from './report/json.ts';
export { toSarif } from './report/sarif.ts';
export { type TextOptions, toText } from './report/text.ts';
export { RULES } from './rules/all.ts';
export type { Rule } from './rules/rule.ts';
export {
  type ScanOptions,
  type ScanResult,
  scan,
  scanInThreads,
  type ThreadedScanOptions,
} from './scan.ts';

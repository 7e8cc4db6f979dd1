/**
 * The security log: what happened at the gate, in an order that cannot be changed unseen. Other rooms report through
 * the `EventSink` port of `core`; this room gives an event its place, keeps it, answers questions about the past and
 * proves that what was witnessed was not rewritten.
 */
export type { LogEntry } from './entry.ts';
export { EXPORT_FORMATS, type ExportFormat, exportLog } from './export/export-log.ts';
export { type ForwardOptions, type ForwardTarget, forwardLog } from './export/forward.ts';
export type { LogFilter } from './filter.ts';
export { readPublicKeys, readRotationNotes } from './keys.ts';
export { jsonLine, printable } from './printable.ts';
export { readSecurityLog } from './read-security-log.ts';
export { redact } from './redact.ts';
export type { Retention } from './retention.ts';
export { type RotateKeyOptions, rotateLogKey } from './rotate-key.ts';
export { openSecurityLog, type SecurityLog, type SecurityLogOptions } from './security-log.ts';
export {
  type CheckOptions,
  checkProof,
  type ProvenEvent,
  type ProveOptions,
  proveEvent,
} from './verify/proof.ts';
export { VERDICTS, type Verdict, type VerifyFinding, type VerifyReport } from './verify/report.ts';
export { type VerifySecurityLogOptions, verifySecurityLog } from './verify/verify-security-log.ts';
export {
  type LocalWitness,
  type LocalWitnessOptions,
  localWitnessDirectory,
  startLocalWitness,
} from './witness/local-witness.ts';
export { type RunningWitness, type RunWitnessOptions, runWitness } from './witness/run-witness.ts';
export type { WitnessTarget } from './witness/witness-client.ts';

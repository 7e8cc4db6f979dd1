/**
 * The gate: listens with TLS, brings each request into one canonical form, finds its app, asks the guards in order, and
 * forwards what passes with a signed identity. Read `pipeline.ts` for the guards and `handle.ts` for the way of a
 * request. Serves the portal through a handler it is given: gate and portal never import each other.
 */

export { canonicalTarget } from './canonical/target.ts';
export { compileCsp, NO_HASHES, type ShellHashes } from './csp/policy.ts';
export { type CspAdvice, type CspProposal, cspYaml, proposeCsp } from './csp/propose.ts';
export { readShell, type ShellPage } from './csp/read-shell.ts';
export { type CspSighting, type CspSightings, openSightings } from './csp/sightings.ts';
export { describeGuards, type GuardDescription } from './describe-guards.ts';
export { type Gate, type GateOptions, openGate } from './gate.ts';
export type { Guard, Verdict } from './guard.ts';
export { documentFields } from './guards/document-headers.ts';
export type { LocalSite } from './local-site.ts';
export { type LoopbackJwks, openLoopbackJwks } from './loopback-jwks.ts';
export type { Preset, PresetName } from './presets/preset.ts';
export { PRESETS } from './presets/presets.ts';
export { type MatrixRow, matrixOf, printMatrix } from './presets/print-matrix.ts';
export { openRedirector, type Redirector } from './redirect.ts';
export type { GateApp, GateLimits, GateSettings } from './settings.ts';
export type {
  CertificateChange,
  CertificateChoice,
  CertificateFacts,
  Certificates,
  CertificatesOptions,
} from './tls/certificates.ts';
export { openCertificates } from './tls/open-certificates.ts';
export { takeStep } from './tls/take-step.ts';
export {
  commandOf,
  type LocalAuthority,
  localAuthority,
  type TrustPurpose,
  type TrustStep,
  type TrustSystem,
  trustSteps,
} from './tls/trust-steps.ts';

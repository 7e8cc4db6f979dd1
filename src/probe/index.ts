/**
 * Tries findings at a running app with harmless proofs, bare and through the gate, and says of each whether it is open,
 * shielded or fixed (C51). Sends requests to this machine and to hosts that were named, and to nobody else.
 */

export { type Beacon, openBeacon } from './beacon.ts';
export { type Endpoint, openEndpoint } from './endpoint.ts';
export { type ProbeResult, type ProbeTarget, probeFinding } from './probe-finding.ts';
export { signIn } from './sign-in.ts';

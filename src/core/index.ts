/**
 * What every room stands on: coded errors, time, ids, bytes, durations, JSON, the types of events and findings, and
 * the ports through which lower rooms reach higher ones. Imports no other room.
 */
export * from './bytes.ts';
export * from './clock.ts';
export * from './durations.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './findings.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './network.ts';
export * from './ports.ts';

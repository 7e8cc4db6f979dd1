/**
 * The supervisor of a guarded app: recognises its framework, starts it so that it listens on loopback only, restarts it
 * when it ends, leaves no process behind, and says when it can be reached around the gate.
 */

export { type BypassReport, checkBypass } from './bypass/check-bypass.ts';
export { listenersAt, listenersOf } from './bypass/listening.ts';
export { detectFramework } from './detect/detect-framework.ts';
export type { Launch, LaunchContext } from './detect/launch.ts';
export { splitCommand } from './detect/split-command.ts';
export { freePort } from './free-port.ts';
export { type GuardedApp, guardedApps } from './guarded-apps.ts';
export type { App, AppPhase, AppStatus, SuperviseOptions } from './supervise/app.ts';
export { findAccount } from './supervise/run-as.ts';
export type { OutputLine } from './supervise/start-process.ts';
export { superviseApp } from './supervise/supervise-app.ts';
export type { Timing } from './supervise/timing.ts';

/**
 * The supervisor of a guarded app: recognises its framework, starts it so that it listens on loopback only, restarts it
 * when it ends, leaves no process behind, and says when it can be reached around the gate.
 */
export { detectFramework } from './detect/detect-framework.ts';
export type { Launch, LaunchContext } from './detect/launch.ts';
export { splitCommand } from './detect/split-command.ts';

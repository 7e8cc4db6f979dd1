import type { Clock, EventSink, GatehouseError } from '../../core/index.ts';
import type { Launch } from '../detect/launch.ts';
import type { OutputLine } from './start-process.ts';
import type { Timing } from './timing.ts';

/**
 * Where an app is in its life: `starting` until its process is there and listens, `answering` while it listens and does
 * not yet answer, `ready`, `waiting` before a restart, `stopping`, `stopped` on request or by its own will, `failed`.
 */
export type AppPhase = 'starting' | 'answering' | 'ready' | 'waiting' | 'stopping' | 'stopped' | 'failed';

export interface AppStatus {
  phase: AppPhase;
  /** Milliseconds since this start began. */
  elapsed: number;
  /** How often it has been started again. */
  restarts: number;
  /** Why it waits or has failed; where it was found when that is not where it was told. */
  note: string | undefined;
}

/** An app that Gatehouse has started and keeps alive. */
export interface App {
  /** Where it answers; before it is ready, where it was told to. */
  readonly upstream: string;
  /**
   * Resolves with the upstream when the app answers for the first time. Rejects with `app-command-not-found`,
   * `app-port-taken`, `app-start-failed`, `app-start-timeout` or `app-user-unusable`; nothing is left running then.
   */
  readonly ready: Promise<string>;
  /** Resolves when it is over: with undefined after `stop` or a good end of its own, else with the error. */
  readonly ended: Promise<GatehouseError | undefined>;
  status(): AppStatus;
  /** The ids of its living processes. */
  processes(): readonly number[];
  /** Passes a signal on to its group; nothing happens when it does not run. */
  signal(name: NodeJS.Signals): void;
  /** Ends all its processes, politely first. Resolves when none is left. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  /** Name of the app in the configuration; for the log. */
  name: string;
  launch: Launch;
  cwd: string;
  /** https origin at which people reach it. */
  publicUrl: string;
  /** A path that answers when the app can serve. */
  healthPath: string;
  /** The environment that it inherits, usually `process.env`; nothing of Gatehouse's own is passed on. */
  env: Readonly<Record<string, string | undefined>>;
  /** Account that it runs as; only root can name another one. */
  user?: string | undefined;
  clock: Clock;
  events: EventSink;
  onLine(line: OutputLine): void;
  /** Called at every change of phase, and each second while it starts. */
  onStatus(status: AppStatus): void;
  timing?: Partial<Timing>;
}

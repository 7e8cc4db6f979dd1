import type { PresetName } from '../../gate/index.ts';

/** What is known before the app starts. */
export interface LaunchContext {
  /** Where the command is run: an absolute path. */
  cwd: string;
  /** A free port on loopback, for an app that takes one. */
  port: number;
  /** https origin at which people will reach the app. */
  publicUrl: string;
  /** The environment that the app would get; what the user set in it wins. */
  env: Readonly<Record<string, string | undefined>>;
  /** Whether the app would run as root: some servers refuse. */
  root: boolean;
}

/** How an app is started so that only the gate reaches it. */
export interface Launch {
  preset: PresetName;
  command: readonly string[];
  /** Variables to add to the app's environment. */
  env: Readonly<Record<string, string>>;
  /** Python modules, by name, that have to be importable while the app runs. */
  modules: Readonly<Record<string, string>>;
  /** The port it is told to use: the free one, or the one that the user wrote. */
  port: number;
  /** Sentences for people: what was recognised, what was added, what is left to them. */
  why: readonly string[];
}

/** What a recogniser says; the rest is filled in. */
export type Recognised = Pick<Launch, 'preset' | 'why'> & Partial<Launch>;

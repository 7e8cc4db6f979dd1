import { styleText } from 'node:util';
import type { LoadedConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import { PRESETS, type PresetName } from '../gate/index.ts';
import {
  type App,
  type AppStatus,
  checkBypass,
  detectFramework,
  freePort,
  superviseApp,
} from '../run/index.ts';
import type { Gatehouse } from './gatehouse.ts';

export interface StartAppOptions {
  name: string;
  command: readonly string[];
  loaded: LoadedConfig;
  gatehouse: Gatehouse;
  user: string | undefined;
  say(line: string): void;
  warn(line: string): void;
}

export interface StartedApp {
  app: App;
  preset: PresetName;
  /** Resolves when visitors can come; rejects as `app.ready` does. */
  ready: Promise<void>;
}

// What ends by an error is told by the error.
const SILENT_PHASES = new Set(['stopping', 'stopped', 'failed']);

const describeStatus = (name: string, { phase, elapsed, note }: AppStatus): string =>
  `${name} ${phase}${elapsed >= 1_000 ? ` (${Math.round(elapsed / 1_000)} s)` : ''}${note === undefined ? '' : `: ${note}`}`;

/** Starts one app on a free loopback port, tells the gate where it listens, and passes its output through. */
export const startApp = async (options: StartAppOptions): Promise<StartedApp> => {
  const { name, loaded, gatehouse, say, warn } = options;
  const config = loaded.config.apps[name];
  if (config === undefined) throw new GatehouseError('internal', `there is no app ${name}`);
  const launch = detectFramework(options.command, {
    cwd: process.cwd(),
    port: await freePort(),
    publicUrl: config.url,
    env: process.env,
    root: process.getuid?.() === 0 && options.user === undefined,
    preset: config.preset,
  });
  for (const line of launch.why) say(line);
  const prefix = styleText('cyan', name.padEnd(9));
  let shown = '';
  const serve = () => gatehouse.started(name, { upstream: app.upstream, preset: launch.preset });
  let serving: Promise<void> | undefined;
  const app = superviseApp({
    name,
    launch: {
      ...launch,
      env: {
        ...launch.env,
        GATEHOUSE_JWKS_URL: gatehouse.jwksUrl,
        GATEHOUSE_ISSUER: loaded.config.portal,
        GATEHOUSE_AUDIENCE: config.url,
      },
    },
    cwd: process.cwd(),
    publicUrl: config.url,
    healthPath: config.health ?? PRESETS[launch.preset].healthPath,
    env: process.env,
    user: options.user,
    clock: gatehouse.data.clock,
    events: gatehouse.data.log,
    onLine: ({ stream, text }) => void process[stream].write(`${prefix}  ${text}\n`),
    onStatus: (status) => {
      if (SILENT_PHASES.has(status.phase)) return;
      // A change is news; the seconds of waiting are only worth a line now and then.
      const key = `${status.phase}${Math.floor(status.elapsed / 5_000)}`;
      if (key !== shown) say(describeStatus(name, status));
      shown = key;
      if (status.phase === 'ready') serving = serve();
    },
  });
  app.ready.then(
    () => {
      const report = checkBypass({ upstream: app.upstream, processes: app.processes() });
      if (report.state !== 'closed') warn(`${report.says} ${report.remedy ?? ''}`);
    },
    () => {},
  );
  const ready = app.ready.then(() => serving ?? serve());
  ready.catch(() => {});
  return { app, preset: launch.preset, ready };
};

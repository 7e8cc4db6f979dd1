import { systemClock } from '../../src/core/index.ts';
import { PRESETS } from '../../src/gate/index.ts';
import {
  type App,
  type AppStatus,
  detectFramework,
  freePort,
  type Launch,
  superviseApp,
} from '../../src/run/index.ts';
import { appsEnvironment } from './venv.ts';

/** The public address that the apps are told; nothing listens there in these tests. */
export const PUBLIC_URL = 'https://app.example.test:8443';

/** An app that the supervisor has started without a gate, over loopback. */
export interface RunningExample extends AsyncDisposable {
  app: App;
  launch: Launch;
  lines: string[];
  statuses: AppStatus[];
  /** Fetches a path as the gate would: under the public host name, over https as far as the app knows. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** Starts a command with the frameworks of the virtual environment and waits until it answers. */
export const runExample = async (command: readonly string[], cwd: string): Promise<RunningExample> => {
  const env = appsEnvironment();
  const port = await freePort();
  const launch = detectFramework(command, {
    cwd,
    port,
    publicUrl: PUBLIC_URL,
    env,
    root: process.getuid?.() === 0,
  });
  const lines: string[] = [];
  const statuses: AppStatus[] = [];
  const app = superviseApp({
    name: 'example',
    launch,
    cwd,
    publicUrl: PUBLIC_URL,
    healthPath: PRESETS[launch.preset].healthPath,
    env,
    clock: systemClock,
    events: { record: async () => undefined },
    onLine: ({ text }) => lines.push(text),
    onStatus: (status) => statuses.push(status),
  });
  await app.ready;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${app.upstream}${path}`, {
      redirect: 'manual',
      headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7', ...headers },
    });
  return { app, launch, lines, statuses, get, [Symbol.asyncDispose]: () => app.stop() };
};

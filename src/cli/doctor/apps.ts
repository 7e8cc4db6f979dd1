import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { AppConfig, GatehouseConfig } from '../../config/index.ts';
import { isGatehouseError } from '../../core/index.ts';
import {
  checkBypass,
  detectFramework,
  type GuardedApp,
  guardedApps,
  listenersAt,
  splitCommand,
} from '../../run/index.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const TIMEOUT = 5_000;

/** Undefined when it answers, else why not. */
const askHttp = (app: AppConfig, origin: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const url = new URL(app.health ?? '/', origin);
    const options = { headers: { Host: new URL(app.url).host }, agent: false, timeout: TIMEOUT };
    const asked =
      url.protocol === 'https:'
        ? httpsRequest(url, {
            ...options,
            ...(app.upstreamCa === undefined ? {} : { ca: readFileSync(app.upstreamCa) }),
          })
        : httpRequest(url, options);
    asked.once('response', (answer) => {
      answer.destroy();
      resolve(undefined);
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT / 1_000} s`)));
    asked.once('error', (error) => resolve(error.message));
    asked.end();
  });

const askSocket = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error) => resolve(error.message));
  });

const account = (check: string, uid: number | undefined, gate: number): Finding[] => {
  if (uid === undefined || Number.isNaN(uid)) return [];
  // Trap of every proxy on one machine: the same account may read the other's memory, environment and files.
  if (uid !== gate) return [ok(check, 'The app runs as another account than the gate.')];
  return [
    warn(
      check,
      'The app runs as the account of the gate: a hole in the app would open the keys of the gate.',
      'Let it run as an account of its own: start Gatehouse as root with --user NAME, or the app as its own service.',
    ),
  ];
};

const checkUpstream = async (app: AppConfig, gate: number): Promise<Finding[]> => {
  const { upstream } = app;
  if (upstream === undefined) return [];
  const check = `upstream ${app.name}`;
  const shown = upstream.kind === 'unix' ? upstream.path : upstream.origin;
  const why = upstream.kind === 'unix' ? await askSocket(upstream.path) : await askHttp(app, upstream.origin);
  const findings = [
    why === undefined
      ? ok(check, `It answers at ${shown}.`)
      : fail(check, `It does not answer at ${shown}: ${why}.`, 'Start the app, or correct its upstream.'),
  ];
  if (why !== undefined || upstream.kind === 'unix') return findings;
  const report = checkBypass({ upstream: upstream.origin });
  findings.push({
    check: `bypass ${app.name}`,
    state: report.state === 'open' ? 'fail' : report.state === 'unknown' ? 'warn' : 'ok',
    says: report.says,
    remedy: report.remedy,
  });
  const url = new URL(upstream.origin);
  if (report.state !== 'unknown') {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    findings.push(...account(`account ${app.name}`, listenersAt(port)[0]?.uid, gate));
  }
  return findings;
};

/** Whether the command of an app could be started as it is written. */
const checkCommand = (app: AppConfig): Finding[] => {
  if (app.run === undefined) return [];
  const check = `command ${app.name}`;
  try {
    const { preset } = detectFramework(typeof app.run === 'string' ? splitCommand(app.run) : app.run, {
      cwd: process.cwd(),
      port: 1,
      publicUrl: app.url,
      env: process.env,
      root: false,
      preset: app.preset,
    });
    return [ok(check, `Recognised as ${preset}.`)];
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    return [fail(check, `${error.message}.`, error.remedy ?? 'See docs/errors.md.')];
  }
};

const checkStarted = (started: GuardedApp, gate: number): Finding[] => {
  const name = started.command.slice(0, 4).join(' ');
  const report = checkBypass({ upstream: 'http://127.0.0.1', processes: started.processes });
  return [
    {
      check: `bypass ${name}`,
      state: report.state === 'open' ? 'fail' : report.state === 'unknown' ? 'warn' : 'ok',
      says: report.says,
      remedy: report.remedy,
    },
    ...account(`account ${name}`, started.uid, gate),
  ];
};

/** Every app of the configuration, and every app that the running gate has started. */
export const checkApps = async (
  config: GatehouseConfig,
  running: { pid: number; uid: number } | undefined,
): Promise<Finding[]> => {
  const gate = running?.uid ?? process.getuid?.() ?? -1;
  const findings: Finding[] = [];
  for (const app of Object.values(config.apps)) {
    findings.push(...checkCommand(app), ...(await checkUpstream(app, gate)));
  }
  const started = running === undefined ? [] : guardedApps(running.pid);
  findings.push(...started.flatMap((app) => checkStarted(app, gate)));
  const willRun = Object.values(config.apps).some((app) => app.run !== undefined);
  if (started.length === 0 && willRun) {
    findings.push(
      process.getuid?.() === 0
        ? ok('account', 'Root starts apps: name an account of their own with --user NAME.')
        : warn(
            'account',
            'Apps will run as the account of the gate: a hole in an app would open the keys of the gate.',
            'Start Gatehouse as root with --user NAME, or the app as its own service with an upstream.',
          ),
    );
  }
  return findings;
};

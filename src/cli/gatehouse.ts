import { join } from 'node:path';
import { compilePolicy, decide } from '../access/index.ts';
import { type ConfigOverrides, type LoadedConfig, needsRestart, watchConfig } from '../config/index.ts';
import { type GatehouseError, sha256 } from '../core/index.ts';
import {
  type Certificates,
  type Gate,
  type LoopbackJwks,
  openCertificates,
  openGate,
  openLoopbackJwks,
  openRedirector,
  type Redirector,
} from '../gate/index.ts';
import type { Session } from '../identity/index.ts';
import { createPortal, type Portal, type PortalConfig } from '../portal/index.ts';
import { accessPerson } from './access-person.ts';
import { openControl } from './control/server.ts';
import { gateSettings, type Started } from './gate-settings.ts';
import { openGuardDesk } from './guard-desk.ts';
import { guardedRoles } from './guarded-roles.ts';
import { openLogOutlets } from './log-outlets.ts';
import { findingDesk } from './loop/finding-desk.ts';
import { watchShields } from './loop/watch-shields.ts';
import { managingRoles } from './managing-roles.ts';
import { type OpenData, openData } from './open-data.ts';
import { openShells } from './shells.ts';

export interface GatehouseOptions {
  loaded: LoadedConfig;
  /** Watched for edits; undefined when there is none. */
  file: string | undefined;
  overrides: ConfigOverrides;
  /** A line for whoever watches the terminal. */
  say(line: string): void;
  warn(line: string): void;
}

/** A gate that is open, with all that belongs to it. */
export interface Gatehouse {
  data: OpenData;
  gate: Gate;
  certificates: Certificates;
  jwksUrl: string;
  /** The one-time link for the first administrator, or undefined when there is one already. */
  setupUrl: string | undefined;
  /** Tells the gate where an app that has just been started listens; resolves when visitors can come. */
  started(app: string, where: Started): Promise<void>;
  close(): Promise<void>;
}

const version = (loaded: LoadedConfig): string =>
  `sha256:${sha256(JSON.stringify(loaded.config)).toString('hex').slice(0, 16)}`;

const portalConfig = ({ config, positions }: LoadedConfig): PortalConfig => {
  const policy = compilePolicy({ config, positions });
  const managing = new Set(managingRoles(config, Date.now()));
  const mayOpen = (app: string, session: Session): boolean =>
    decide(policy, {
      app,
      method: 'GET',
      path: '/',
      now: Date.now(),
      person: accessPerson(session.person, session.assurance),
    }).verdict !== 'refuse';
  return {
    portalOrigin: config.portal,
    apps: Object.values(config.apps).map((app) => ({ name: app.name, title: app.title, url: app.url })),
    roles: Object.fromEntries(
      Object.keys(config.roles).map((role) => [role, { manages: managing.has(role) }]),
    ),
    mayOpen,
    secondFactor: { roles: guardedRoles(config), from: config.secondFactor.from },
  };
};

const certificateChoice = ({ config }: LoadedConfig) => {
  const { certificate, key, minimum } = config.tls;
  return {
    hosts: [config.portal, ...Object.values(config.apps).map((app) => app.url)].map(
      (url) => new URL(url).hostname,
    ),
    ...(certificate !== undefined && key !== undefined && { own: { certificate, key } }),
    minimum,
  };
};

/** The https origin for a host name without port, among the portal and the apps. */
const originOf = (loaded: LoadedConfig) => (hostname: string) =>
  [loaded.config.portal, ...Object.values(loaded.config.apps).map((app) => app.url)].find(
    (url) => new URL(url).hostname === hostname,
  );

/**
 * Opens everything in order and closes it in reverse: data, certificates, portal, gate, control socket, watcher. This is
 * the composition root; every room is wired here and nowhere else.
 */
export const openGatehouse = async (options: GatehouseOptions): Promise<Gatehouse> => {
  const { say, warn } = options;
  let loaded = options.loaded;
  const opened: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  try {
    const data = await openData(loaded.config);
    opened.push(() => data.close());
    const { identity, log, clock } = data;

    await openLogOutlets(data, loaded.config.log, { say, warn }, opened);

    const certificates = await openCertificates({
      ...certificateChoice(loaded),
      directory: join(data.directory, 'tls'),
      clock,
      onChange: (change) =>
        say(`Certificate (${change.what}) for ${change.facts.names.slice(0, 4).join(', ')}`),
      onProblem: (problem) => warn(`${problem.message}. ${problem.remedy ?? ''} [${problem.code}]`),
    });
    opened.push(() => certificates.close());

    const portal: Portal = createPortal({
      identity,
      config: portalConfig(loaded),
      events: log,
      clock,
      formKey: data.vault.derive('portal form tokens'),
      findings: findingDesk(data),
      desk: openGuardDesk({ data, inForce: () => inForce }),
    });
    const started = new Map<string, Started>();
    const shells = openShells();
    // Until the gate is open there is nothing to apply a change to: it opens with what is current then.
    let use = (): void => {};
    const shields = await watchShields(data.store, {
      change: () => {
        use();
        say(`The shields changed: ${shields.current().size} stand.`);
      },
      problem: (error) => warn(`The shields cannot be read, those of before stay: ${String(error)}`),
    });
    opened.push(() => shields.close());
    const settings = (of = loaded) =>
      gateSettings(of, started, certificates.hsts, shells.hashes, shields.current());
    await shells.read(loaded.config, settings());
    let inForce = { loaded, settings: settings() };
    const gate = await openGate({
      ports: {
        sessions: identity.sessions,
        handOff: identity.handOff,
        keptForms: identity.keptForms,
        assertions: identity.assertions,
        portal: portal.fetch,
        events: log,
        counters: data.counters,
        clock,
        sightings: data.sightings,
      },
      settings: inForce.settings,
      listen: loaded.config.listen,
      tls: certificates.options(),
    });
    opened.push(() => gate.close());
    use = () => {
      inForce = { loaded, settings: settings() };
      gate.configure(inForce.settings);
    };

    const { redirect } = loaded.config;
    if (redirect) {
      const redirector: Redirector = await openRedirector(redirect.host, redirect.port, (host) =>
        originOf(loaded)(host),
      );
      opened.push(() => redirector.close());
    }
    const jwks: LoopbackJwks = await openLoopbackJwks(identity.assertions);
    opened.push(() => jwks.close());
    const control = await openControl(data);
    opened.push(() => control.close());

    const take = async (next: LoadedConfig): Promise<void> => {
      const restart = needsRestart(loaded.config, next.config);
      settings(next);
      await certificates.configure(certificateChoice(next));
      // What needs a restart stays as it is; the rest of the edit takes effect.
      const { listen, redirect: port, portal: origin, data: directory } = loaded.config;
      loaded = {
        ...next,
        config: { ...next.config, listen, redirect: port, portal: origin, data: directory },
      };
      await shells.read(loaded.config, settings());
      use();
      portal.reload(portalConfig(loaded));
      if (restart.length > 0) warn(`Restart Gatehouse for: ${restart.join(', ')}`);
      say('The edited configuration is in force.');
      await log.record({ type: 'config.loaded', outcome: 'success', fields: { version: version(loaded) } });
    };
    const reject = (error: unknown): void => {
      const { code, message } = error as GatehouseError;
      warn(`The edited configuration was refused, the one before stays in force: ${message} [${code}]`);
      const problems =
        (error as { problems?: readonly { field: string; message: string; line?: number }[] }).problems ?? [];
      for (const problem of problems)
        warn(`  line ${problem.line ?? '?'}, ${problem.field}: ${problem.message}`);
      log
        .record({ type: 'config.rejected', outcome: 'failure', fields: { reason: message.slice(0, 200) } })
        .catch(() => {});
    };
    if (options.file !== undefined) {
      const watcher = watchConfig(options.file, {
        current: loaded,
        overrides: options.overrides,
        onChange: (next) => void take(next).catch(reject),
        onRejected: reject,
      });
      opened.push(() => watcher.close());
    }

    await log.record({ type: 'gate.started', outcome: 'success', fields: { version: version(loaded) } });
    opened.push(async () => {
      await log.record({ type: 'gate.stopped', outcome: 'success', fields: {} }).catch(() => {});
    });
    const token = (await identity.setup.isDone()) ? undefined : await identity.setup.begin();
    return {
      data,
      gate,
      certificates,
      jwksUrl: jwks.url,
      setupUrl: token && `${loaded.config.portal}/setup?token=${token}`,
      started: async (app, where) => {
        const next = new Map(started).set(app, where);
        // The shell is read before the first visitor is let in, so that nobody meets a policy without its hashes.
        await shells.read(
          loaded.config,
          gateSettings(loaded, next, certificates.hsts, shells.hashes, shields.current()),
          app,
          where,
        );
        started.set(app, where);
        use();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

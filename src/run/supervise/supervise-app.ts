import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatehouseError, isGatehouseError, newId } from '../../core/index.ts';
import { listenersOf } from '../bypass/listening.ts';
import type { App, AppPhase, AppStatus, SuperviseOptions } from './app.ts';
import { childEnvironment } from './child-environment.ts';
import { endProcesses } from './end-processes.ts';
import { findPlace } from './find-place.ts';
import { Leash } from './leash.ts';
import { type Place, urlOf } from './probe.ts';
import { processesOf } from './process-table.ts';
import { writePythonModules } from './python-modules.ts';
import { findAccount } from './run-as.ts';
import { describeExit, GOOD_END, type RunningProcess, startProcess } from './start-process.ts';
import { afterEnd, TIMING } from './timing.ts';

/** Last lines that are kept for the message of an error. */
const KEPT_LINES = 20;
/** After so many milliseconds an app that does not listen where it was told is looked for elsewhere. */
const LOOK_ELSEWHERE = 1_500;

const demandFreePort = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) =>
      reject(
        new GatehouseError('app-port-taken', `port ${port} is taken by another program`, {
          remedy: 'Stop that program, or leave the port out of the command: a free one is chosen.',
          cause,
        }),
      ),
    );
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve()));
  });

/**
 * Starts an app, waits until it answers, starts it again when it ends by itself, and leaves no process behind: not when
 * it is stopped, and not when Gatehouse itself is killed.
 * @throws {GatehouseError} `run-unsupported` on Windows, which has no process groups.
 */
export const superviseApp = (options: SuperviseOptions): App => {
  if (process.platform === 'win32') {
    throw new GatehouseError('run-unsupported', 'apps cannot be supervised on Windows', {
      remedy: 'Start the app yourself and guard it with `gatehouse serve --upstream`, or use WSL.',
    });
  }
  return new Supervisor(options);
};

class Supervisor implements App {
  readonly ready: Promise<string>;
  readonly ended: Promise<GatehouseError | undefined>;
  readonly #options: SuperviseOptions;
  readonly #timing;
  readonly #mark = newId('run');
  readonly #leash: Leash;
  readonly #becameReady = Promise.withResolvers<string>();
  readonly #stopping = new AbortController();
  #lastLines: string[] = [];
  #running: RunningProcess | undefined;
  #place: Place | undefined;
  #startedAt = 0;
  #status: Omit<AppStatus, 'elapsed'> = { phase: 'starting', restarts: 0, note: undefined };

  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#leash = new Leash(this.#mark);
    this.ready = this.#becameReady.promise;
    // Whoever asks gets the error; nobody has to.
    this.ready.catch(() => {});
    this.ended = this.#live();
  }

  get upstream(): string {
    return urlOf(this.#place ?? { host: '127.0.0.1', port: this.#options.launch.port });
  }

  status(): AppStatus {
    return { ...this.#status, elapsed: this.#options.clock.monotonic() - this.#startedAt };
  }

  processes(): readonly number[] {
    return this.#running === undefined ? [] : processesOf(this.#running.pid, this.#mark);
  }

  signal(name: NodeJS.Signals): void {
    if (this.#running === undefined) return;
    try {
      process.kill(-this.#running.pid, name);
    } catch {
      // It has ended in between.
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.ended;
  }

  #enter(phase: AppPhase, note?: string): void {
    this.#status = { ...this.#status, phase, note };
    this.#options.onStatus(this.status());
  }

  #record(type: 'app.started' | 'app.stopped', outcome: 'success' | 'failure', reason: string): void {
    const fields = { app: this.#options.name, reason: reason.slice(0, 200) };
    // A buffered event that cannot be kept stops nothing: the gate itself fails closed on the log.
    this.#options.events.record({ type, outcome, fields }).catch(() => {});
  }

  /** The whole life, from the first start to the last end. Never rejects. */
  async #live(): Promise<GatehouseError | undefined> {
    // The caller has the object in its hands before anything is told about it.
    await Promise.resolve();
    let error: GatehouseError | undefined;
    try {
      const account = this.#options.user === undefined ? undefined : findAccount(this.#options.user);
      const modules = writePythonModules(this.#options.launch.modules, account);
      try {
        await this.#startAgainAndAgain((onLine) =>
          startProcess({
            command: this.#options.launch.command,
            cwd: this.#options.cwd,
            account,
            onLine,
            env: childEnvironment({
              inherited: this.#options.env,
              added: this.#options.launch.env,
              modules: modules.folder,
              mark: this.#mark,
              account,
            }),
          }),
        );
      } finally {
        modules.remove();
      }
    } catch (cause) {
      error = isGatehouseError(cause)
        ? cause
        : new GatehouseError('internal', `the supervisor of ${this.#options.name} failed`, { cause });
    }
    this.#leash.letGo();
    this.#becameReady.reject(
      error ?? new GatehouseError('app-start-failed', 'it was stopped before it answered'),
    );
    this.#enter(error === undefined ? 'stopped' : 'failed', error?.message);
    return error;
  }

  /** Returns after a good end, throws after a bad one. */
  async #startAgainAndAgain(
    start: (onLine: SuperviseOptions['onLine']) => Promise<RunningProcess>,
  ): Promise<void> {
    const { clock, launch } = this.#options;
    for (let ends = 0; !this.#stopping.signal.aborted; ) {
      this.#startedAt = clock.monotonic();
      this.#lastLines = [];
      this.#enter('starting');
      await demandFreePort(this.#place?.port ?? launch.port);
      const running = await start((line) => this.#take(line));
      this.#running = running;
      this.#leash.hold(running.pid);
      const how = await this.#untilEnd(running).finally(() => {
        this.#running = undefined;
      });
      const stopped = this.#stopping.signal.aborted;
      const good = stopped || (how === GOOD_END && this.#place !== undefined);
      this.#record('app.stopped', good ? 'success' : 'failure', stopped ? 'stopped' : how);
      if (good) return;
      if (this.#place === undefined) throw this.#failed('app-start-failed', `it ended with ${how}`);

      const after = afterEnd(ends, clock.monotonic() - this.#startedAt, this.#timing);
      ends = after.ends;
      if (after.wait === undefined) throw this.#failed('app-crash-loop', `it ended ${ends} times in a row`);
      this.#status = { ...this.#status, restarts: this.#status.restarts + 1 };
      this.#enter('waiting', `it ended with ${how}`);
      await sleep(after.wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  /**
   * Waits until it answers, then until it ends or is to stop; nothing of it runs afterwards. Returns how it ended.
   * @throws {GatehouseError} `app-start-timeout` at its first start.
   */
  async #untilEnd(running: RunningProcess): Promise<string> {
    const over = new AbortController();
    const exited = running.exited.finally(() => over.abort());
    const stop = () => {
      this.#enter('stopping');
      over.abort();
    };
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    if (this.#stopping.signal.aborted) stop();
    let silent: string | undefined;
    try {
      const place = await this.#untilAnswers(running.pid, over.signal).catch((error: unknown) => {
        // An app that has answered before gets another chance.
        if (this.#place === undefined) throw error;
        silent = 'no answer in time';
        over.abort();
        return undefined;
      });
      if (place !== undefined) this.#nowReady(place);
      if (!over.signal.aborted)
        await new Promise((resolve) => over.signal.addEventListener('abort', resolve));
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop);
      await endProcesses(running.pid, this.#mark, this.#options.clock, this.#timing.stopGrace);
      await exited;
    }
    return silent ?? describeExit(await exited);
  }

  /** @throws {GatehouseError} `app-start-timeout` */
  async #untilAnswers(leader: number, over: AbortSignal): Promise<Place | undefined> {
    const { clock, launch, healthPath, publicUrl } = this.#options;
    for (let told = 0; !over.aborted; ) {
      const elapsed = clock.monotonic() - this.#startedAt;
      const processes = processesOf(leader, this.#mark);
      const place = await findPlace({
        port: launch.port,
        settled: this.#place,
        path: healthPath,
        hostHeader: new URL(publicUrl).host,
        processes,
        lookElsewhere: elapsed > LOOK_ELSEWHERE,
      });
      if (place !== undefined) return over.aborted ? undefined : place;
      if (elapsed > this.#timing.startTimeout) {
        throw this.#failed(
          'app-start-timeout',
          `it did not answer within ${this.#timing.startTimeout / 1_000} s`,
        );
      }
      if (elapsed - told >= 1_000 && !over.aborted) {
        told = elapsed;
        this.#enter(listenersOf(processes).length > 0 ? 'answering' : 'starting');
      }
      await sleep(this.#timing.probeEvery, undefined, { signal: over }).catch(() => {});
    }
    return undefined;
  }

  #nowReady(place: Place): void {
    const elsewhere = place.port !== this.#options.launch.port;
    const first = this.#place === undefined;
    this.#place = place;
    this.#enter(
      'ready',
      elsewhere && first
        ? `it did not take port ${this.#options.launch.port}: found at ${urlOf(place)}`
        : undefined,
    );
    this.#record('app.started', 'success', this.#options.launch.preset);
    this.#becameReady.resolve(this.upstream);
  }

  #take(line: Parameters<SuperviseOptions['onLine']>[0]): void {
    this.#lastLines.push(line.text.slice(0, 1_000));
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    this.#options.onLine(line);
  }

  #failed(code: 'app-start-failed' | 'app-start-timeout' | 'app-crash-loop', why: string): GatehouseError {
    const lines = this.#lastLines.map((line) => `\n  | ${line}`).join('');
    const remedies = {
      'app-start-failed': 'Try the command without Gatehouse; it has to stay in the foreground.',
      'app-start-timeout':
        'Make it listen on the HOST and PORT of its environment, or start it yourself and use `gatehouse serve`.',
      'app-crash-loop': 'Mend it, then start again.',
    };
    const text = lines === '' ? 'It wrote nothing.' : `Its last lines:${lines}`;
    return new GatehouseError(code, `${this.#options.name}: ${why}. ${text}`, { remedy: remedies[code] });
  }
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGatehouseError, type SecurityEvent, systemClock } from '../../core/index.ts';
import { detectFramework } from '../detect/detect-framework.ts';
import { freePort } from '../free-port.ts';
import type { App, AppStatus } from './app.ts';
import { superviseApp } from './supervise-app.ts';
import type { Timing } from './timing.ts';

const cwd = mkdtempSync(join(tmpdir(), 'supervise-'));
after(() => rmSync(cwd, { recursive: true }));
const running: App[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
});

const SERVER = `require('node:http').createServer((q, r) => r.end(JSON.stringify(process.env)))`;
const ON_PORT = `${SERVER}.listen(process.env.PORT, process.env.HOST)`;
// A zombie has ended: only its parent has not asked how.
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};
const until = async (condition: () => boolean | undefined, what: string): Promise<void> => {
  for (let i = 0; i < 100; i++) {
    if (condition()) return;
    await sleep(100);
  }
  assert.fail(`waited in vain until ${what}`);
};

const start = async (
  code: string,
  changes: { timing?: Partial<Timing>; user?: string; env?: Record<string, string>; command?: string[] } = {},
) => {
  const lines: string[] = [];
  const statuses: AppStatus[] = [];
  const events: SecurityEvent[] = [];
  const env = { ...process.env, ...changes.env };
  const port = await freePort();
  const launch = detectFramework(changes.command ?? [process.execPath, '-e', code], {
    cwd,
    port,
    publicUrl: 'https://app.example.test',
    env,
    root: false,
  });
  const app = superviseApp({
    name: 'shop',
    launch,
    cwd,
    publicUrl: 'https://app.example.test',
    healthPath: '/',
    env,
    user: changes.user,
    clock: systemClock,
    events: {
      record: async (event) => {
        events.push(event);
        return undefined;
      },
    },
    onLine: ({ text }) => lines.push(text),
    onStatus: (status) => statuses.push(status),
    timing: { firstDelay: 20, stopGrace: 2_000, startTimeout: 20_000, ...changes.timing },
  });
  running.push(app);
  return { app, port, lines, statuses, events };
};

test('an app is started on loopback, answers, and is gone after stop', async () => {
  const { app, port, statuses, events } = await start(ON_PORT);
  const upstream = await app.ready;
  assert.equal(upstream, `http://127.0.0.1:${port}`);
  assert.equal((await fetch(upstream)).status, 200);
  const pids = app.processes();
  assert.ok(pids.length >= 1);
  await app.stop();
  assert.equal(await app.ended, undefined);
  assert.ok(pids.every((pid) => !alive(pid)));
  await assert.rejects(fetch(upstream));
  assert.deepEqual([statuses[0]?.phase, statuses.at(-1)?.phase], ['starting', 'stopped']);
  assert.deepEqual(
    events.map(({ type, outcome }) => `${type} ${outcome}`),
    ['app.started success', 'app.stopped success'],
  );
});

test("the app sees HOST and PORT and nothing of Gatehouse's environment", async () => {
  const { app, port } = await start(ON_PORT, { env: { GATEHOUSE_KEY: 'sealed', SHOP: 'open' } });
  const env = (await (await fetch(await app.ready)).json()) as Record<string, string>;
  assert.equal(env['PORT'], String(port));
  assert.equal(env['HOST'], '127.0.0.1');
  assert.equal(env['SHOP'], 'open');
  assert.deepEqual(
    Object.keys(env).filter((name) => /^gatehouse_/i.test(name)),
    [],
  );
});

test('an app that takes no notice of PORT is found where it listens, and that is said', async () => {
  const other = await freePort();
  const { app, statuses } = await start(`${SERVER}.listen(${other}, '127.0.0.1')`);
  assert.equal(await app.ready, `http://127.0.0.1:${other}`);
  assert.match(statuses.at(-1)?.note ?? '', /did not take port/);
});

test('an app that listens on IPv6 loopback alone is reached there', async () => {
  const { app, port } = await start(`${SERVER}.listen(process.env.PORT, '::1')`);
  assert.equal(await app.ready, `http://[::1]:${port}`);
});

test('lines of both streams are passed on in order', async () => {
  const { app, lines } = await start(`console.log('out'); console.error('err'); ${ON_PORT}`);
  await app.ready;
  assert.deepEqual(lines.toSorted(), ['err', 'out']);
});

test('an app that ends is started again at the same place', async () => {
  const { app, statuses, events } = await start(ON_PORT);
  const upstream = await app.ready;
  for (const pid of app.processes()) process.kill(pid, 'SIGKILL');
  await until(() => statuses.at(-1)?.phase === 'ready' && app.status().restarts === 1, 'it is ready again');
  assert.equal((await fetch(upstream)).status, 200);
  assert.equal(events.find(({ type }) => type === 'app.stopped')?.fields.reason, 'signal SIGKILL');
});

test('a crash loop is recognised and told with the last lines', async () => {
  const { app } = await start(
    `${ON_PORT}.on('listening', () => setTimeout(() => { console.error('disk on fire'); process.exit(3) }, 1_500))`,
    { timing: { crashes: 3 } },
  );
  await app.ready;
  const error = await app.ended;
  assert.ok(isGatehouseError(error, 'app-crash-loop'));
  assert.match(error.message, /3 times in a row.*\n {2}\| disk on fire/);
});

test('an app that ends before it answers is not started again, and its last lines are told', async () => {
  const { app, statuses } = await start(`console.error('no module named pandas'); process.exit(1)`);
  await assert.rejects(app.ready, (error) => {
    assert.ok(isGatehouseError(error, 'app-start-failed'));
    assert.match(error.message, /exit code 1.*\n {2}\| no module named pandas/);
    return true;
  });
  assert.equal(statuses.filter(({ phase }) => phase === 'starting').length, 1);
});

test('an app that never answers is ended in time', async () => {
  const { app } = await start('setInterval(() => {}, 1000)', { timing: { startTimeout: 700 } });
  await until(() => app.processes().length > 0, 'its process is there');
  const pids = app.processes();
  await assert.rejects(app.ready, (error) => isGatehouseError(error, 'app-start-timeout'));
  assert.ok(pids.every((pid) => !alive(pid)));
});

test('a program that is not there is an error of its own', async () => {
  const { app } = await start('', { command: ['no-such-program-here'] });
  await assert.rejects(app.ready, (error) => isGatehouseError(error, 'app-command-not-found'));
});

test('a stranger on the port is never taken for the app', async () => {
  const stranger = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const address = stranger.address();
  const taken = address !== null && typeof address === 'object' ? address.port : 0;
  try {
    const { app } = await start('', { command: ['uvicorn', 'm:app', '--port', String(taken)] });
    await assert.rejects(app.ready, (error) => isGatehouseError(error, 'app-port-taken'));
  } finally {
    stranger.close();
  }
});

test('signals are passed on to the app', async () => {
  const { app, lines } = await start(`process.on('SIGHUP', () => console.log('reloaded')); ${ON_PORT}`);
  await app.ready;
  app.signal('SIGHUP');
  await until(() => lines.includes('reloaded'), 'the signal has come');
});

test('an app that ignores the polite signal is killed after the grace', async () => {
  const { app } = await start(`process.on('SIGTERM', () => {}); ${ON_PORT}`, { timing: { stopGrace: 300 } });
  await app.ready;
  const pids = app.processes();
  await app.stop();
  assert.ok(pids.every((pid) => !alive(pid)));
});

const WITH_STRAY = `
  const stray = require('node:child_process').spawn(process.execPath,
    ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  console.log('stray ' + stray.pid);
  ${ON_PORT}`;

test('a process that went into a session of its own is ended with the app', {
  skip: process.platform === 'linux' ? false : 'only /proc tells whose such a process is',
}, async () => {
  const { app, lines } = await start(WITH_STRAY, { timing: { stopGrace: 300 } });
  await app.ready;
  const told = () => lines.find((line) => line.startsWith('stray'));
  await until(() => told() !== undefined, 'the app says what it started');
  const stray = Number(told()?.split(' ')[1]);
  assert.ok(alive(stray));
  await app.stop();
  // Killed, it is there until whoever has inherited it takes note.
  await until(() => !alive(stray), 'the stray process has ended');
});

test('when Gatehouse is killed with -9, the app and its stray processes end', {
  skip: process.platform === 'linux' ? false : 'only /proc tells whose such a process is',
}, async () => {
  const port = await freePort();
  const script = join(cwd, 'gate.mjs');
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  writeFileSync(
    script,
    `import { superviseApp } from ${at('./supervise-app.ts')};
     import { systemClock } from ${at('../../core/index.ts')};
     const app = superviseApp({
       name: 'shop', cwd: '/', publicUrl: 'https://app.example.test', healthPath: '/', env: process.env,
       launch: { preset: 'node', command: [process.execPath, '-e', ${JSON.stringify(WITH_STRAY)}], modules: {},
         env: { HOST: '127.0.0.1', PORT: '${port}' }, port: ${port}, why: [] },
       clock: systemClock, events: { record: async () => undefined }, onStatus() {},
       onLine: ({ text }) => console.log(text),
     });
     app.ready.then(() => console.log('pids ' + app.processes().join(' ')));`,
  );
  const gate = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  gate.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  await until(() => output.includes('pids '), 'the app is ready');
  const pids = [...output.matchAll(/\d+/g)].map(Number);
  assert.ok(pids.length >= 2 && pids.every(alive));
  gate.kill('SIGKILL');
  await until(() => pids.every((pid) => !alive(pid)), 'all of them have ended');
});

test('the app runs as another account when root says so', {
  skip: process.getuid?.() === 0 ? false : 'only root can change to another account',
}, async () => {
  const { app, lines } = await start(`console.log('as ' + process.getuid()); ${ON_PORT}`, { user: 'nobody' });
  await app.ready.catch(() => {});
  assert.match(lines.join('\n'), /as 65534/);
});

test('an account that does not exist is refused', async () => {
  const { app } = await start(ON_PORT, { user: 'nobody-of-this-name' });
  await assert.rejects(app.ready, (error) => isGatehouseError(error, 'app-user-unusable'));
});

test('the modules that a framework needs are importable while it runs and gone afterwards', async () => {
  const port = await freePort();
  const lines: string[] = [];
  const app = superviseApp({
    name: 'shop',
    cwd,
    publicUrl: 'https://app.example.test',
    healthPath: '/',
    env: process.env,
    launch: {
      preset: 'generic',
      command: [process.execPath, '-e', `console.log(process.env.PYTHONPATH.split(':')[0]); ${ON_PORT}`],
      env: { HOST: '127.0.0.1', PORT: String(port) },
      modules: { laid_over: 'X = 1\n' },
      port,
      why: [],
    },
    clock: systemClock,
    events: { record: async () => undefined },
    onLine: ({ text }) => lines.push(text),
    onStatus: () => {},
  });
  await app.ready;
  const folder = lines[0] ?? '';
  assert.ok(existsSync(join(folder, 'laid_over.py')));
  await app.stop();
  assert.ok(!existsSync(folder));
});

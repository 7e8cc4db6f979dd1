import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn as signInForProbes } from '../../src/probe/index.ts';
import { freePort } from '../../src/run/index.ts';
import { appsEnvironment, examplePath, skipWithoutApps } from '../apps/venv.ts';
import { noBrowser, openBrowser } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { PASSWORD, startGatehouse } from '../harness/gatehouse-process.ts';
import { type Answer, type Ask, ask } from '../harness/http-client.ts';
import { signIn } from '../harness/sign-in.ts';
import { LOOP_APPS, type LoopApp } from './loop-apps.ts';

interface Probed {
  title: string;
  route: string;
  outcome: string;
  direct: string;
  gated: string;
  ordinary: string | null;
}

const startApp = async (app: LoopApp, cwd: string, port: number): Promise<ChildProcess> => {
  const [program = '', ...words] = app.command(port);
  const child = spawn(program, words, { cwd, env: appsEnvironment(), stdio: 'ignore' });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${app.name} ended with ${child.exitCode}`);
    return fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.ok,
      () => false,
    );
  }, 60_000);
  return child;
};

const stopApp = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });

const openBeacon = async (): Promise<{ port: number; close(): void }> => {
  const server = createServer((_, response) => response.end('beacon was here\n'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

const askBare = (port: number, { method = 'GET', path = '/', headers = {}, body }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.end(body);
  });

const succeeded = ({ status, headers, body }: Answer, success: RegExp): boolean =>
  status < 400 && (success.test(body) || (status >= 300 && success.test(headers.location ?? '')));

for (const app of LOOP_APPS) {
  test(`${app.name}: each hole is found, open, shielded against every spelling, and let go once it is fixed`, {
    skip: skipWithoutApps() || noBrowser,
    timeout: 400_000,
  }, async (t) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'gatehouse-loop-')), app.folder);
    cpSync(examplePath(app.folder), folder, { recursive: true });
    const port = await freePort();
    const beacon = await openBeacon();
    let child = await startApp(app, folder, port);
    t.after(async () => {
      await stopApp(child);
      beacon.close();
      rmSync(join(folder, '..'), { recursive: true, force: true });
    });
    const gatehouse = await startGatehouse({
      mode: { serve: `http://127.0.0.1:${port}` },
      people: [{ name: 'ada', roles: 'admin' }],
    });
    t.after(() => gatehouse.close());
    const probe = async (): Promise<Probed[]> => {
      const words = ['probe', gatehouse.appUrl, '--upstream', `http://127.0.0.1:${port}`];
      const person = ['--person', 'ada', '--password-stdin', '--json'];
      const text = await gatehouse
        .command([...words, ...person], `${PASSWORD}\n`)
        .catch((error: { code: number; stdout: string }) => {
          // 3 says that something is open.
          assert.equal(error.code, 3, String(error));
          return error.stdout;
        });
      return (JSON.parse(text) as { probed: Probed[] }).probed;
    };
    const outcomes = (probed: readonly Probed[], wanted: string) =>
      assert.deepEqual(
        probed.filter(({ outcome }) => outcome !== wanted),
        [],
        `each has to be ${wanted}`,
      );

    await gatehouse.command(['scan', folder, '--save', '--fail-on', 'none']);
    const { proposed } = JSON.parse(
      await gatehouse.command(['shield', 'propose', '--allow-host', 'allowed.example', '--json']),
    ) as { proposed: unknown[] };
    assert.equal(proposed.length, app.holes);

    const open = await probe();
    assert.equal(open.length, app.holes);
    outcomes(open, 'open');

    await gatehouse.command(['shield', 'apply', 'all', '--block']);
    await eventually(() => gatehouse.output().includes(`The shields changed: ${app.holes} stand`), 5_000);
    const shielded = await probe();
    outcomes(shielded, 'shielded');
    for (const { ordinary, title } of shielded) assert.match(ordinary ?? 'both ways', /both ways$/, title);

    const ca = readFileSync(gatehouse.authorityFile, 'utf8');
    const { port: gatePort, host: authority } = new URL(gatehouse.appUrl);
    const target = { port: Number(gatePort), authority, ca };
    const cookie = await signInForProbes({
      url: gatehouse.appUrl,
      name: 'ada',
      password: PASSWORD,
      ca,
      hosts: [],
    });
    const filled = (asked: Ask): Ask => ({
      ...asked,
      path: (asked.path ?? '').replaceAll('BEACON', String(beacon.port)),
    });
    for (const { hole, mutations, success } of app.campaigns) {
      let real = 0;
      for (const { says, ask: asked } of mutations) {
        const through = filled(asked);
        const answer = await ask(target, {
          ...through,
          headers: {
            ...through.headers,
            accept: 'application/json',
            cookie,
            origin: gatehouse.appUrl,
          },
        });
        assert.ok(
          !succeeded(answer, success),
          `${hole}, ${says}: ${answer.status} ${answer.body.slice(0, 300)}`,
        );
        assert.notEqual(answer.status, 401, says);
        if (succeeded(await askBare(port, filled(asked)), success)) real++;
      }
      assert.ok(real > 0, `${hole}: no spelling works on the bare app, so that the test shows nothing`);
      t.diagnostic(
        `${hole}: ${mutations.length} spellings, ${real} work on the bare app, none through the gate`,
      );
    }
    await stopApp(child);
    child = await startApp(app, folder, port);

    const browser = await openBrowser(gatehouse.authorityFile);
    try {
      const page = await browser.context.newPage();
      await page.goto(gatehouse.appUrl);
      await signIn(page, 'ada');
      await app.use(page, gatehouse.appUrl);
    } finally {
      await browser.close();
    }

    const file = join(folder, app.file);
    let code = readFileSync(file, 'utf8');
    for (const [hole, fix] of app.fixes) {
      assert.ok(code.includes(hole), `the fix has to fit: ${hole}`);
      code = code.replace(hole, () => fix);
    }
    writeFileSync(file, code);
    await stopApp(child);
    child = await startApp(app, folder, port);
    await gatehouse.command(['scan', folder, '--save', '--fail-on', 'none']);
    outcomes(await probe(), 'fixed');
    await gatehouse.command(['shield', 'remove', 'retired']);
    assert.match(await gatehouse.command(['shield', 'list']), /There are no shields/);
    const events = await gatehouse.command(['log', '--json', '--type', 'shield.changed']);
    for (const reason of ['proposed', 'applied to block', 'removal proposed', 'removed'])
      assert.equal(events.split(`"${reason}"`).length - 1, app.holes, reason);
  });
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { eventually } from '../harness/eventually.ts';
import { PASSWORD, runCommand, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

let app: EchoApp;
let directory = '';

before(async () => {
  app = await openEchoApp();
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
});
after(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

const fails = async (args: readonly string[], code: number, says: RegExp, input?: string): Promise<void> => {
  await assert.rejects(runCommand(args, input), (error: Error & { code: number }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, says);
    return true;
  });
};

test('wrong usage exits with 2 and says what is right', async () => {
  await fails(['serv'], 2, /serve/);
  await fails(['serve', '--no-such-option'], 2, /no-such-option/);
  await fails(['serve', '--data', join(directory, 'a')], 2, /--upstream/);
  await fails(['run', '--data', join(directory, 'a')], 2, /gatehouse run -- streamlit/);
});

test('a port that is taken, a directory that is owned and a broken configuration each fail with a code', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await fails(
    ['serve', '--upstream', app.url, '--listen', `127.0.0.1:${port}`, '--data', join(directory, 'b')],
    1,
    /address-in-use/,
  );
  taken.close();

  const running = await startGatehouse({ mode: { serve: app.url } });
  await fails(
    [
      'serve',
      '--upstream',
      app.url,
      '--listen',
      '127.0.0.1:0',
      '--url',
      'https://localhost:9443',
      '--portal',
      'https://gate.localhost:9443',
      '--data',
      join(running.directory, 'data'),
    ],
    1,
    /data-locked/,
  );
  await running.close();

  const file = join(directory, 'broken.yaml');
  writeFileSync(file, 'apps:\n  a:\n    upstrem: http://127.0.0.1:1\n');
  await fails(
    ['serve', '--config', file, '--data', join(directory, 'c')],
    1,
    /broken\.yaml:3:5 .*upstrem[\s\S]*upstream/,
  );
});

test('a weak password, an unknown role and a name that is taken are refused before anything is written', async () => {
  const data = join(directory, 'd');
  const add = ['people', 'add', 'ada', '--password-stdin', '--data', data, '--role'];
  await fails([...add, 'user'], 1, /password-refused/, 'password123\n');
  await fails([...add, 'no-such-role'], 1, /role-invalid/, `${PASSWORD}\n`);
  await runCommand([...add, 'user'], `${PASSWORD}\n`);
  await fails([...add, 'user'], 1, /name-taken/, `${PASSWORD}\n`);
});

test('the set-up link makes the first administrator, once', async () => {
  const gatehouse = await startGatehouse({ mode: { serve: app.url } });
  try {
    await eventually(() => gatehouse.output().includes('/setup?token='), 5_000);
    const url = /https:\S+\/setup\?token=\S+/.exec(gatehouse.output())?.[0] ?? '';
    assert.ok(url.startsWith(gatehouse.portalUrl), gatehouse.output());
    const client = new PortalClient(gatehouse);
    const page = await client.follow(url);
    const hidden = [...page.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = [...page.body.matchAll(/<input[^>]* name="([^"]+)"/g)].map((match) => match[1] ?? '');
    const body = new URLSearchParams(hidden.map((field) => [field[1] ?? '', field[2] ?? '']));
    for (const field of fields) {
      if (body.has(field)) continue;
      body.set(
        field,
        /password|repeat|again|confirm/i.test(field) ? PASSWORD : /email/i.test(field) ? '' : 'grace',
      );
    }
    const done = await client.follow(`${gatehouse.portalUrl}/setup`, {
      method: 'POST',
      body: body.toString(),
    });
    assert.equal(done.status, 200, done.body.slice(0, 2_000));
    assert.match(await gatehouse.command(['people', 'list']), /grace {2}admin/);
    const again = await new PortalClient(gatehouse).follow(url);
    assert.ok(again.status >= 400 || !/name="password"/.test(again.body));
  } finally {
    await gatehouse.close();
  }
});

test('stopping ends the process with 0, and starting again finds everything', async () => {
  const gatehouse = await startGatehouse({
    mode: { serve: app.url },
    people: [{ name: 'ada', roles: 'user' }],
  });
  assert.equal(await gatehouse.stop(), 0);
  const again = await startGatehouse({ mode: { serve: app.url }, directory: gatehouse.directory });
  assert.equal((await new PortalClient(again).trySignIn('ada')).status, 200);
  await again.close();
});

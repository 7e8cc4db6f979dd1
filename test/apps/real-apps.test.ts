import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { checkBypass } from '../../src/run/index.ts';
import { EXAMPLES } from './apps.ts';
import { PUBLIC_URL, runExample } from './run-example.ts';
import { examplePath, skipWithoutApps } from './venv.ts';

const skip = skipWithoutApps();
const host = new URL(PUBLIC_URL).host;

// fetch does not let its caller choose the Host header, which the gate forwards as the visitor sent it.
const ask = (
  upstream: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string; cookies: string[] }> =>
  new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, upstream),
      {
        method: options.method ?? 'GET',
        headers: { Host: host, 'X-Forwarded-Proto': 'https', ...options.headers },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, cookies: answer.headers['set-cookie'] ?? [] }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });

for (const example of EXAMPLES) {
  test(`${example.name}: recognised, bound to loopback alone, answering, and gone after stop`, {
    skip,
  }, async () => {
    const running = await runExample(example.command, example.cwd);
    let pids: readonly number[] = [];
    try {
      assert.equal(running.launch.preset, example.preset);
      const answer = await ask(running.app.upstream, example.shows.path);
      assert.equal(answer.status, 200);
      assert.match(answer.text, example.shows.text);
      pids = running.app.processes();
      const report = checkBypass({ upstream: running.app.upstream, processes: pids });
      assert.equal(report.state, 'closed', report.says);
    } finally {
      await running.app.stop();
    }
    assert.ok(pids.length > 0);
    assert.deepEqual(running.app.processes(), []);
    await assert.rejects(fetch(running.app.upstream));
  });
}

test('Django behind the gate believes that it is asked over https under its public name', {
  skip,
}, async () => {
  await using running = await runExample(
    ['python', 'manage.py', 'runserver', '--noreload'],
    examplePath('django'),
  );
  const about = await ask(running.app.upstream, '/about/request');
  assert.deepEqual(JSON.parse(about.text), { secure: true, host, address: `${PUBLIC_URL}/` });

  const page = await ask(running.app.upstream, '/');
  const cookie = page.cookies[0]?.split(';')[0] ?? '';
  const token = page.text.match(/name="csrfmiddlewaretoken" value="([^"]+)"/)?.[1] ?? '';
  const sign = (origin: string) =>
    ask(running.app.upstream, '/sign', {
      method: 'POST',
      headers: { Origin: origin, Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrfmiddlewaretoken: token, text: 'lovely', stars: '5' }).toString(),
    });
  assert.equal((await sign(PUBLIC_URL)).status, 302);
  assert.equal((await sign('https://evil.example')).status, 403);
});

test('gunicorn is recognised in front of Flask and Django and believes X-Forwarded-Proto', {
  skip,
}, async () => {
  {
    await using running = await runExample(['gunicorn', 'app:app'], examplePath('flask'));
    assert.equal(running.launch.preset, 'flask');
    assert.match((await ask(running.app.upstream, '/')).text, /Help desk/);
  }
  await using running = await runExample(['gunicorn', 'shop.wsgi:application'], examplePath('django'));
  assert.equal(running.launch.preset, 'django');
  assert.equal(JSON.parse((await ask(running.app.upstream, '/about/request')).text).secure, true);
});

test('uvicorn builds addresses with the public scheme and name', { skip }, async () => {
  await using running = await runExample(['python', '-m', 'uvicorn', 'api:app'], examplePath('fastapi'));
  const me = await ask(running.app.upstream, '/api/me', { headers: { 'X-Gatehouse-Name': 'Zo%C3%AB' } });
  assert.deepEqual(JSON.parse(me.text), { name: 'Zoë', address: `${PUBLIC_URL}/` });
});

test('`fastapi run`, which opens itself to the world by default, listens on loopback', { skip }, async () => {
  await using running = await runExample(['fastapi', 'run', 'api.py'], examplePath('fastapi'));
  assert.equal(
    checkBypass({ upstream: running.app.upstream, processes: running.app.processes() }).state,
    'closed',
  );
});

test('a Flask file that runs itself on its own port is found there', { skip }, async () => {
  await using running = await runExample(['python', 'app.py'], examplePath('flask'));
  assert.equal(running.launch.preset, 'flask');
  assert.match((await ask(running.app.upstream, '/')).text, /Help desk/);
});

test("Jupyter asks for no token of its own and refuses other sites' forged requests", { skip }, async () => {
  const jupyter = EXAMPLES.find(({ name }) => name === 'jupyter');
  assert.ok(jupyter);
  await using running = await runExample(jupyter.command, jupyter.cwd);
  assert.equal((await ask(running.app.upstream, '/api/contents')).status, 200);
  const forged = await ask(running.app.upstream, '/api/kernels', {
    method: 'POST',
    headers: { Origin: 'https://evil.example', 'Content-Type': 'application/json' },
    body: '{}',
  });
  assert.equal(forged.status, 404);
  assert.equal((await ask(running.app.upstream, '/api/kernels')).text, '[]');
  const rebound = await ask(running.app.upstream, '/api/contents', { headers: { Host: 'evil.example' } });
  assert.equal(rebound.status, 403);
});

test('Streamlit refuses a WebSocket under a name that is not its own', { skip }, async () => {
  const streamlit = EXAMPLES.find(({ name }) => name === 'streamlit');
  assert.ok(streamlit);
  await using running = await runExample(streamlit.command, streamlit.cwd);
  const handshake = (name: string) =>
    new Promise<number>((resolve, reject) => {
      const asked = request(new URL('/_stcore/stream', running.app.upstream), {
        headers: {
          Host: name,
          Origin: `https://${name}`,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      });
      asked.on('upgrade', (_answer, socket) => {
        socket.destroy();
        resolve(101);
      });
      asked.on('response', (answer) => {
        answer.destroy();
        resolve(answer.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });
  assert.equal(await handshake(host), 101);
  assert.equal(await handshake('evil.example'), 403);
});

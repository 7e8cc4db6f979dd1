import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ErrorCode, isGatehouseError } from '../../core/index.ts';
import type { PresetName } from '../../gate/index.ts';
import { detectFramework } from './detect-framework.ts';
import type { LaunchContext } from './launch.ts';

const cwd = mkdtempSync(join(tmpdir(), 'detect-'));
after(() => rmSync(cwd, { recursive: true }));
mkdirSync(join(cwd, 'shop'));
for (const [name, text] of Object.entries({
  'dash_app.py': 'from dash import Dash, html\napp = Dash()\n',
  'flask_app.py': '# import dash is only a comment here\nimport os, flask\napp = flask.Flask("x")\n',
  'gradio_app.py': 'import gradio as gr\ngr.Interface(str, "text", "text").launch()\n',
  'tunnel.py': 'import gradio as gr\ngr.Interface(str, "text", "text").launch(share=True)\n',
  'plain.py': 'print("dashing")\n',
  'api.py': 'from fastapi import FastAPI\napp = FastAPI()\n',
  'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
  'shop/wsgi.py':
    'from django.core.wsgi import get_wsgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
})) {
  writeFileSync(join(cwd, name), text);
}

const context: LaunchContext = {
  cwd,
  port: 4567,
  publicUrl: 'https://sales.example.test:8443',
  env: {},
  root: false,
};
const detect = (command: string, changes: Partial<LaunchContext> = {}) =>
  detectFramework(command.split(' '), { ...context, ...changes });
const added = (command: string, changes: Partial<LaunchContext> = {}): string =>
  detect(command, changes).command.join(' ').replace(command, '').trim();

const recognised: [string, PresetName][] = [
  ['streamlit run a.py', 'streamlit'],
  ['python -m streamlit run a.py', 'streamlit'],
  ['python dash_app.py', 'dash'],
  ['gunicorn dash_app:server', 'dash'],
  ['python flask_app.py', 'flask'],
  ['flask --app flask_app run', 'flask'],
  ['gunicorn flask_app:app', 'flask'],
  ['python manage.py runserver', 'django'],
  ['gunicorn shop.wsgi:application', 'django'],
  ['uvicorn api:app', 'fastapi'],
  ['fastapi dev api.py', 'fastapi'],
  ['uvicorn elsewhere:app', 'fastapi'],
  ['hypercorn elsewhere:app', 'generic'],
  ['jupyter lab', 'jupyter'],
  ['jupyter-notebook', 'jupyter'],
  ['python -m jupyterlab', 'jupyter'],
  ['panel serve a.py', 'panel'],
  ['bokeh serve a.py', 'bokeh'],
  ['python gradio_app.py', 'gradio'],
  ['npm start', 'node'],
  ['node server.js', 'node'],
  ['python plain.py', 'generic'],
  ['./my-server', 'generic'],
];
for (const [command, preset] of recognised) {
  test(`\`${command}\` is recognised as ${preset}, with a sentence that says why`, () => {
    const launch = detect(command);
    assert.equal(launch.preset, preset);
    assert.equal(launch.port, 4567);
    assert.equal(launch.env['PORT'], '4567');
    assert.equal(launch.env['HOST'], '127.0.0.1');
    assert.match(launch.why[0] ?? '', /recognise/i);
  });
}

test('Streamlit gets loopback, the free port and the public address through its environment', () => {
  const { env, command } = detect('streamlit run a.py');
  assert.deepEqual(command, ['streamlit', 'run', 'a.py']);
  assert.equal(env['STREAMLIT_SERVER_ADDRESS'], '127.0.0.1');
  assert.equal(env['STREAMLIT_SERVER_PORT'], '4567');
  assert.equal(env['STREAMLIT_BROWSER_SERVER_ADDRESS'], 'sales.example.test');
  assert.equal(env['STREAMLIT_BROWSER_SERVER_PORT'], '8443');
  assert.equal(env['STREAMLIT_SERVER_ENABLE_CORS'], 'true');
  assert.equal(env['STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION'], 'true');
});

test('what the user wrote wins: flags before the environment, the environment before the free port', () => {
  const flag = detect('streamlit run a.py --server.port=9000 --client.showErrorDetails full', {
    env: { STREAMLIT_SERVER_PORT: '9001' },
  });
  assert.equal(flag.port, 9000);
  assert.equal(flag.env['PORT'], '9000');
  assert.equal(flag.env['STREAMLIT_SERVER_PORT'], undefined);
  assert.equal(flag.env['STREAMLIT_CLIENT_SHOW_ERROR_DETAILS'], undefined);
  assert.equal(detect('flask run', { env: { FLASK_RUN_PORT: '9002' } }).port, 9002);
  assert.equal(detect('uvicorn api:app --port 9003').port, 9003);
  assert.equal(
    added('uvicorn api:app --host localhost --port 9003 --no-proxy-headers --proxy-headers'),
    '--forwarded-allow-ips=127.0.0.1',
  );
  assert.equal(detect('gunicorn -b 127.0.0.1:9004 api:app').port, 9004);
  assert.equal(detect('python manage.py runserver 9005').port, 9005);
  assert.equal(detect('python manage.py runserver 9005').command.at(-1), '9005');
  assert.equal(detect('jupyter lab --port=9006').port, 9006);
});

test("an option after -- is the app's own and not read", () => {
  assert.equal(detect('streamlit run a.py -- --server.port=80').port, 4567);
});

test('servers get the flags that bind them to loopback and make them believe the gate alone', () => {
  assert.equal(
    added('uvicorn api:app'),
    '--host 127.0.0.1 --port 4567 --proxy-headers --forwarded-allow-ips=127.0.0.1',
  );
  assert.equal(added('gunicorn api:app'), '--bind=127.0.0.1:4567 --forwarded-allow-ips=127.0.0.1');
  assert.equal(added('python manage.py runserver --noreload'), '127.0.0.1:4567');
  assert.match(added('jupyter lab'), /--ServerApp\.ip=127\.0\.0\.1 --ServerApp\.port=4567 /);
  assert.match(added('panel serve a.py'), /--allow-websocket-origin=sales\.example\.test:8443/);
});

test("Django gets the project's own settings with what a proxy needs laid over them", () => {
  for (const command of ['python manage.py runserver', 'gunicorn shop.wsgi:application']) {
    const { env, modules } = detect(command);
    assert.equal(env['DJANGO_SETTINGS_MODULE'], 'gatehouse_django_settings');
    const overlay = modules['gatehouse_django_settings'] ?? '';
    assert.match(overlay, /_import_module\("shop\.settings"\)/);
    assert.match(overlay, /CSRF_TRUSTED_ORIGINS = .*"https:\/\/sales\.example\.test:8443"/);
  }
  const named = detect('python manage.py runserver --settings=shop.local');
  assert.ok(named.command.includes('--settings=gatehouse_django_settings'));
  assert.match(named.modules['gatehouse_django_settings'] ?? '', /"shop\.local"/);
});

test('a Django project whose settings cannot be found is told the lines that it needs', () => {
  const launch = detectFramework(['django-admin', 'runserver'], context);
  assert.deepEqual(launch.modules, {});
  assert.match(launch.why.join(' '), /CSRF_TRUSTED_ORIGINS = \["https:\/\/sales\.example\.test:8443"\]/);
});

const refused: [string, ErrorCode, Partial<LaunchContext>?][] = [
  ['streamlit run a.py --server.address 0.0.0.0', 'app-exposed'],
  ['streamlit run a.py --server.address=192.168.1.5', 'app-exposed'],
  ['streamlit run a.py', 'app-exposed', { env: { STREAMLIT_SERVER_ADDRESS: '::' } }],
  ['streamlit run a.py --server.enableXsrfProtection false', 'app-option-conflict'],
  ['streamlit run a.py --server.port 0', 'app-option-conflict'],
  ['streamlit run a.py --server.port 0.0.0.0', 'app-option-conflict'],
  ['streamlit run a.py --server.sslCertFile c.pem', 'app-option-conflict'],
  ['flask run --host=0.0.0.0', 'app-exposed'],
  ['flask run -h0.0.0.0', 'app-exposed'],
  ['flask run --cert adhoc', 'app-option-conflict'],
  ['python manage.py runserver 0.0.0.0:8000', 'app-exposed'],
  ['python manage.py runserver 0:8000', 'app-exposed'],
  ['python manage.py runserver [::]:8000', 'app-exposed'],
  ['uvicorn api:app --host 0.0.0.0', 'app-exposed'],
  ['uvicorn api:app --uds /tmp/s', 'app-option-conflict'],
  ['gunicorn api:app --bind 0.0.0.0:8000', 'app-exposed'],
  ['gunicorn api:app --bind=:8000', 'app-option-conflict'],
  ['fastapi run api.py --host 0.0.0.0', 'app-exposed'],
  ['jupyter lab --ip=*', 'app-exposed'],
  ['jupyter lab', 'app-refuses-root', { root: true }],
  ['panel serve a.py --allow-websocket-origin=*', 'app-option-conflict'],
  ['python tunnel.py', 'app-option-conflict'],
];
for (const [command, code, changes] of refused) {
  test(`\`${command}\`${changes === undefined ? '' : ` with ${JSON.stringify(changes)}`} is refused with ${code} and a remedy`, () => {
    assert.throws(
      () => detect(command, changes),
      (error) => isGatehouseError(error, code) && error.remedy !== undefined,
    );
  });
}

test('Jupyter runs as root only when the user says so', () => {
  assert.equal(detect('jupyter lab --allow-root', { root: true }).preset, 'jupyter');
});

test('an empty command is a wrong call', () => {
  assert.throws(
    () => detectFramework([], context),
    (error) => isGatehouseError(error, 'usage'),
  );
});

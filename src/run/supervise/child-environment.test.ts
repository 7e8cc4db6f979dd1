import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment } from './child-environment.ts';

const base = { added: {}, modules: undefined, mark: 'run_1', account: undefined };

test("nothing of Gatehouse's own environment reaches the app", () => {
  const env = childEnvironment({
    ...base,
    inherited: { PATH: '/bin', GATEHOUSE_KEY: 'secret', gatehouse_master: 'secret', Gatehouse_X: 'secret' },
  });
  assert.deepEqual(env, { PATH: '/bin', PYTHONUNBUFFERED: '1', GUARDED_RUN: 'run_1' });
});

test('what the framework needs is added, and modules come before those of the user', () => {
  const env = childEnvironment({
    ...base,
    inherited: { PYTHONPATH: '/mine', PORT: '1', PYTHONUNBUFFERED: '' },
    added: { PORT: '2' },
    modules: '/tmp/m',
  });
  assert.equal(env['PORT'], '2');
  assert.equal(env['PYTHONPATH'], '/tmp/m:/mine');
  assert.equal(env['PYTHONUNBUFFERED'], '');
});

test("another account gets its own home and nothing that points into root's session", () => {
  const env = childEnvironment({
    ...base,
    inherited: { HOME: '/root', USER: 'root', SUDO_USER: 'ann', XDG_RUNTIME_DIR: '/run/user/0', LANG: 'C' },
    account: { name: 'app', home: '/home/app' },
  });
  assert.equal(env['HOME'], '/home/app');
  assert.equal(env['USER'], 'app');
  assert.equal(env['LANG'], 'C');
  assert.ok(!('SUDO_USER' in env) && !('XDG_RUNTIME_DIR' in env));
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../config/index.ts';
import { calibrateCommand, withArgon2 } from './people-calibrate.ts';

const PARAMETERS = { memory: 65_536, passes: 3, lanes: 1 };

test('calibration is written into a configuration without touching the rest of it', () => {
  const text =
    '# who guards\nportal: https://gate.example.com # for good\npasswords:\n  profile: classic # as before\n';
  const edited = withArgon2(text, PARAMETERS, 'f');
  for (const line of [
    '# who guards',
    'portal: https://gate.example.com # for good',
    'profile: classic # as before',
  ])
    assert.ok(edited.includes(line), line);
  assert.match(edited, /argon2: \{ memory: 65536KiB, passes: 3, lanes: 1 \}/);
  for (const other of ['', 'passwords:\n', 'listen: 127.0.0.1:8443\n', edited])
    assert.match(withArgon2(other, PARAMETERS, 'f'), /memory: 65536KiB/, JSON.stringify(other));
});

test('a configuration that is refused is not written to', () => {
  assert.throws(() => withArgon2('lisen: 1\n', PARAMETERS, 'f'), { code: 'config-invalid' });
});

test('`people calibrate --write` measures this machine, and the next start reads what it wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-calibrate-'));
  const file = join(folder, 'gatehouse.yaml');
  writeFileSync(file, 'listen: 127.0.0.1:8443\n');
  const printed: string[] = [];
  const command = calibrateCommand((text) => printed.push(text));
  await command.parseAsync(['--config', file, '--time', '1ms', '--write'], { from: 'user' });
  const { config } = await loadConfig(file);
  assert.deepEqual(config.passwords.argon2, { memory: 19_456 * 1_024, passes: 2, lanes: 1 });
  assert.match(printed.join(''), /needs longer than 1ms/);
  assert.match(readFileSync(file, 'utf8'), /listen: 127.0.0.1:8443/);
  rmSync(folder, { recursive: true });
});

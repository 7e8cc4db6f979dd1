import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateSettings } from '../../src/cli/gate-settings.ts';
import { parseConfig } from '../../src/config/index.ts';
import { systemClock } from '../../src/core/index.ts';
import { describeGuards } from '../../src/gate/index.ts';
import { requestGuards, responseGuards } from '../../src/gate/pipeline.ts';
import { memoryCounters } from '../../src/store/index.ts';

const settingsOf = (app: string, rates = '{}') => {
  const text = `rates: ${rates}\napps: { app: { upstream: "http://127.0.0.1:1", ${app} } }`;
  return gateSettings(parseConfig(text, 'test.yaml'), new Map(), false, new Map());
};
const modesOf = (settings: ReturnType<typeof settingsOf>) => {
  const [app] = settings.apps;
  assert.ok(app);
  return new Map(describeGuards(app, settings).map(({ name, mode }) => [name, mode]));
};

test('every guard of the pipeline is shown to administrators as one that blocks', () => {
  const settings = settingsOf(
    'csp: block, rates: [{ paths: [/x], rate: 1/1m }]',
    '{ address: 1/1m, person: 1/1m, session: 1/1m }',
  );
  const modes = modesOf(settings);
  const grants = { used: () => {} } as unknown as Parameters<typeof requestGuards>[2];
  const names = [
    ...requestGuards(settings, memoryCounters({ clock: systemClock }), grants).map(({ name }) => name),
    // Fields that tell of limits refuse nothing.
    ...responseGuards(settings)
      .map(({ name }) => name)
      .filter((name) => name !== 'rate-headers'),
  ];
  assert.ok(names.length >= 10);
  for (const name of names) assert.equal(modes.get(name), 'block', name);
});

test('what is off or only observes is shown so', () => {
  const modes = modesOf(settingsOf('csp: observe, errors: pass'));
  assert.equal(modes.get('csp'), 'observe');
  for (const name of ['errors', 'address-rate', 'person-rate', 'session-rate', 'route-rate', 'shields'])
    assert.equal(modes.get(name), 'off', name);
  assert.equal(modesOf(settingsOf('csp: off')).get('csp'), 'off');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRESETS as PRESET_NAMES } from '../../config/index.ts';
import { CONTROLS, type ControlKey } from './matrix.ts';
import { PRESETS } from './presets.ts';
import { matrixOf, printMatrix } from './print-matrix.ts';

for (const name of PRESET_NAMES) {
  const preset = PRESETS[name];

  test(`${name} has a line with a reason for every control, none longer than a terminal`, () => {
    assert.equal(preset.name, name);
    for (const key of Object.keys(CONTROLS) as ControlKey[]) {
      assert.match(preset.matrix[key].why, /^\S.{5,}[^.]$/, key);
    }
    for (const line of printMatrix(preset, { colour: false }).split('\n').slice(0, -1)) {
      assert.ok(line.length <= 150, `${line.length} columns: ${line}`);
    }
  });

  test(`${name} gives paths as absolute patterns and no cookie both to scripts and to the server`, () => {
    for (const path of [...preset.webSocketPaths, ...preset.uploadPaths, preset.healthPath]) {
      assert.match(path, /^\/[\w./*-]*$/);
    }
    assert.deepEqual(
      preset.scriptCookies.filter((cookie) => preset.serverCookies.includes(cookie)),
      [],
    );
  });
}

test('the cookies that frameworks read from scripts are named, since HttpOnly would break their uploads and forms', () => {
  assert.deepEqual(PRESETS.streamlit.scriptCookies, ['_streamlit_xsrf']);
  assert.deepEqual(PRESETS.jupyter.scriptCookies, ['_xsrf']);
  assert.deepEqual(PRESETS.django.scriptCookies, ['csrftoken']);
});

test('a control that is not built yet is never claimed', () => {
  for (const name of PRESET_NAMES) {
    for (const row of matrixOf(PRESETS[name])) {
      if (['C15', 'C31', 'C32', 'C33'].includes(row.control)) {
        assert.equal(row.reach, 'not-offered');
      }
    }
  }
});

test('what Streamlit sends inside its WebSocket is said to be invisible', () => {
  const actions = matrixOf(PRESETS.streamlit).find(({ title }) => title.includes('action'));
  assert.equal(actions?.reach, 'invisible');
});

test('colours are written only when asked for', () => {
  assert.doesNotMatch(printMatrix(PRESETS.dash, { colour: false }), /\x1b/);
  assert.match(printMatrix(PRESETS.dash, { colour: true }), /\x1b\[32m/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../harness/eventually.ts';
import { guardExample, skipWithoutAppsOrBrowser } from './guarded-app.ts';

const skip = skipWithoutAppsOrBrowser();

test('Panel works with every guard blocking', { skip }, async () => {
  await using guarded = await guardExample('panel');
  const app = await guarded.open('/panel_app');
  await app.getByText('3 guests need 1 tables').waitFor();
  await app.locator('.noUi-handle').focus();
  for (let i = 0; i < 2; i++) await app.keyboard.press('ArrowRight');
  await app.getByText('5 guests need 2 tables').waitFor();
  await guarded.nothingRefused();
});

test('Bokeh works with every guard blocking', { skip }, async () => {
  await using guarded = await guardExample('bokeh');
  const app = await guarded.open('/bokeh_app');
  await app.getByText('level 3').waitFor();
  await eventually(async () => (await app.locator('canvas').count()) > 0, 10_000);
  await app.locator('.noUi-handle').focus();
  await app.keyboard.press('ArrowRight');
  await app.getByText('level 4').waitFor();
  await guarded.nothingRefused();
});

test('Gradio works with every guard blocking', { skip }, async () => {
  await using guarded = await guardExample('gradio');
  const app = await guarded.open();
  await app.getByLabel('Name').fill('Ada');
  await app.getByRole('button', { name: 'Submit' }).click();
  await eventually(
    async () => (await app.getByLabel('Greeting').inputValue()) === 'Good morning, Ada',
    20_000,
  );
  await guarded.nothingRefused();
});

test('a plain Node app works with every guard blocking', { skip }, async () => {
  await using guarded = await guardExample('node');
  const app = await guarded.open();
  await app.getByText('counted 0').waitFor();
  await app.getByRole('button', { name: 'One more' }).click();
  await app.getByText('counted 1').waitFor();
  assert.equal(
    await app.evaluate("getComputedStyle(document.querySelector('h1')).color"),
    'rgb(0, 128, 128)',
  );
  await guarded.nothingRefused();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortalConfig } from '../config.ts';
import { landingOf } from './landing.ts';

const sales = { name: 'sales', title: 'Sales', url: 'https://sales.example.test' };
const config: PortalConfig = {
  portalOrigin: 'https://gate.example.test',
  apps: [sales],
  roles: {},
  mayOpen: () => true,
};
const enter = (more: string) => `/enter?app=sales&challenge=${'A'.repeat(43)}${more}`;

test('a page of the portal is returned to as it was asked for', () => {
  for (const path of ['/', '/account', '/people?after=per_1', '/nowhere']) {
    assert.deepEqual(landingOf(path, config), { path, app: undefined });
  }
});

test('the way to an app is kept with the app that it leads to, however long the way within it is', () => {
  const path = enter(`&return=${encodeURIComponent(`/${'€'.repeat(200)}?${'x'.repeat(1_000)}`)}`);
  assert.deepEqual(landingOf(path, config), { path, app: sales });
});

test('what leads nowhere, elsewhere or round in a circle becomes the front page', () => {
  for (const asked of [
    undefined,
    '',
    'account',
    '//evil.example',
    '/\\evil.example',
    'https://gate.example.test/account',
    '/sign-in',
    '/sign-in/',
    '/sign-in?return=/sign-in',
    '/sign-out',
    '/sign-out/everywhere',
    '/setup?token=x',
    '/reset?token=x',
    '/enter',
    '/enter?app=other',
    enter('').replace('AAA', ''),
    enter('&challenge=x'),
    `/${'a'.repeat(6_400)}`,
  ]) {
    assert.deepEqual(landingOf(asked, config), { path: '/', app: undefined }, String(asked));
  }
});

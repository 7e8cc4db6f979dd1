import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModuleCode } from '../lower/ir.ts';
import { lowerModule } from '../lower/lower-module.ts';
import { parsePython } from '../python/parse.ts';
import { forTestsAlone } from './of-tests.ts';

const lower = (name: string, source: string): ModuleCode =>
  lowerModule(parsePython(source).module, { name, file: 0, path: name, isPackage: false, digest: name });

const namesOf = (sources: Record<string, string>): string[] => {
  const modules = Object.entries(sources).map(([name, source]) => lower(name, source));
  return [...forTestsAlone(modules)].map(({ name }) => name).sort();
};

test('data that tests alone import is for tests', () => {
  const tests = 'import unittest\nfrom pkg import keys\nfrom . import pins\nfrom pkg.more import KEY\n';
  const data = { 'pkg.keys': "KEY = 'x'\n", 'pkg.pins': "PIN = '1'\n", 'pkg.more': "KEY = 'y'\n" };
  assert.deepEqual(namesOf({ 'pkg.checks': tests, ...data }), [
    'pkg.checks',
    'pkg.keys',
    'pkg.more',
    'pkg.pins',
  ]);
});

test('data that something else imports too is not', () => {
  const sources = { checks: 'import pytest\nimport keys\n', app: 'import keys\n', keys: "KEY = 'x'\n" };
  assert.deepEqual(namesOf(sources), ['checks']);
});

test('an app that its tests alone import is no data', () => {
  assert.deepEqual(namesOf({ checks: 'import pytest\nimport app\n', app: 'def view():\n    pass\n' }), [
    'checks',
  ]);
});

test('settings are named by a text, not imported', () => {
  const settings = "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'x'\n";
  assert.deepEqual(
    namesOf({ checks: 'import django.test\nfrom shop import settings\n', 'shop.settings': settings }),
    ['checks'],
  );
});

test('a folder called tests says nothing', () => {
  assert.deepEqual(namesOf({ 'tests.conftest': "KEY = 'x'\n", 'app.tests.test_a': "KEY = 'x'\n" }), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGatehouseError } from '../../core/index.ts';
import { canonicalName, newAccountName } from './account-name.ts';

test('every spelling of a name has one canonical form, and that form is its own', () => {
  for (const spelling of [
    'Ana.Gomez',
    ' ANA.GOMEZ ',
    'ana.gomez\n',
    'ＡＮＡ．ＧＯＭＥＺ',
    'aNa.gOmEz\u3000',
  ]) {
    assert.equal(canonicalName(spelling), 'ana.gomez', JSON.stringify(spelling));
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
      const once = canonicalName(text);
      assert.equal(canonicalName(once), once);
    }),
  );
});

test('whatever may be a name is ASCII, so that no two names look alike because of an alphabet', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 140 }), (text) => {
      try {
        assert.match(newAccountName(text), /^[a-z0-9._@+-]{1,128}$/);
      } catch (error) {
        assert.ok(isGatehouseError(error, 'name-invalid') && error.exposable && error.remedy);
      }
    }),
  );
  for (const lookalike of [
    'аdmin',
    'admın',
    'adⅿin\u200b',
    'ad\u00admin',
    'ádmin',
    'admin\u0307',
    'adm\u0131n',
  ]) {
    assert.throws(
      () => newAccountName(lookalike),
      (error) => isGatehouseError(error, 'name-invalid'),
      lookalike,
    );
  }
  assert.equal(newAccountName('KELVIN'), 'kelvin', 'the Kelvin sign is a K');
});

test('names have a beginning, an end and a length', () => {
  assert.equal(newAccountName('x'), 'x');
  assert.equal(newAccountName('a'.repeat(128)).length, 128);
  for (const wrong of ['', ' ', '.ana', 'ana.', '-', 'a'.repeat(129), `${' '.repeat(300)}ana`]) {
    assert.throws(
      () => newAccountName(wrong),
      (error) => isGatehouseError(error, 'name-invalid'),
    );
  }
});

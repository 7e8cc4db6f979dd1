import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGatehouseError } from '../core/index.ts';
import { completeSettings } from './settings.ts';

const issuer = 'https://gate.example.test';

test('everything but the issuer can be left out', () => {
  const { sessions, passwords, regulation, adminRoles } = completeSettings({ issuer });
  assert.deepEqual([sessions.idle, sessions.absolute, sessions.perPerson], [1_800_000, 43_200_000, 10]);
  assert.equal(passwords.minimum, 15);
  assert.deepEqual(passwords.argon2, { memory: 19_456, passes: 2, lanes: 1 });
  assert.equal(passwords.queue, 64);
  assert.equal(regulation.perAccount, 5);
  assert.deepEqual(adminRoles, ['admin']);
});

test('a setting outside its range is refused by name', () => {
  for (const [field, settings] of [
    ['issuer', { issuer: 'nonsense' }],
    ['sessions.idle', { issuer, sessions: { idle: 1 } }],
    ['sessions.pollInterval', { issuer, sessions: { pollInterval: 5_000 } }],
    ['passwords.maximum', { issuer, passwords: { maximum: 20 } }],
    ['passwords.argon2.memory', { issuer, passwords: { argon2: { memory: 1, passes: 2, lanes: 1 } } }],
    ['regulation.perAccount', { issuer, regulation: { perAccount: 0 } }],
    ['adminRoles', { issuer, adminRoles: [] }],
  ] as const) {
    assert.throws(
      () => completeSettings(settings),
      (error) => isGatehouseError(error, 'setting-invalid') && error.position?.field === field,
      field,
    );
  }
});

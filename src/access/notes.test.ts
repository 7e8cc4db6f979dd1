import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../config/index.ts';
import { policyNotes } from './notes.ts';
import { compilePolicy } from './policy.ts';

const notes = (text: string) =>
  policyNotes(compilePolicy(parseConfig(text, 'f')), Date.UTC(2026, 10, 23)).map(
    ({ id, line, message }) => `${line} ${id}: ${message}`,
  );

test('an app without rules is said to be open to every role', () => {
  assert.deepEqual(notes('apps:\n  x: { upstream: "http://h" }'), [
    '2 apps.x: it has no rules: any person with a role is let in',
  ]);
});

test('rules that let nobody in, ended rules and roles that lead nowhere are pointed out', () => {
  assert.deepEqual(
    notes(`apps:
  x:
    upstream: http://h
    rules:
      - assurance: mfa
  y:
    upstream: http://h
    rules:
      - allow: [user]
        expires: 2020-01-01
roles: { lonely: {} }
`),
    [
      '2 apps.x: none of its rules lets anybody in',
      '9 apps.y.rules[0]: it ended 2020-01-02T00:00:00.000Z',
      '11 roles.lonely: no rule speaks about it: its people are let in nowhere',
    ],
  );
});

test('a rule that also refuses a role which is let in elsewhere is pointed out', () => {
  const found = notes(`apps:
  x:
    upstream: http://h
    rules:
      - allow: [analyst, lead]
      - { forbid: [analyst], paths: [/export] }
roles: { analyst: {}, lead: { includes: [analyst] } }
`);
  assert.deepEqual(found, ['6 apps.x.rules[1]: it refuses lead too, which includes analyst']);
});

test('a policy that says what it means has no notes', () => {
  assert.deepEqual(
    notes('apps: { x: { upstream: "http://h", rules: [{ allow: [everyone] }] } }\nroles: { a: {} }'),
    [],
  );
});

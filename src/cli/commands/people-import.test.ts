import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseConfig } from '../../config/index.ts';
import { openData } from '../open-data.ts';
import { readPeopleFile } from '../people-file.ts';
import { importPeople } from './people-import.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { config } = parseConfig('data: data', join(folder, 'gatehouse.yaml'));
const HASH = `pbkdf2:sha256:1000$W9CFlKUjj8V7Qxjc$${'ab'.repeat(32)}`;
const REAL = { dryRun: false, skipExisting: false };

const names = async (): Promise<string[]> => {
  const data = await openData(config);
  const people = await data.identity.people.list();
  await data.close();
  return people.map(({ name }) => name);
};

test('one bad line and nothing is done; every bad line is named with its number and why', async () => {
  const text = [
    'name,displayName,email,roles,hash',
    `ana,Ana,ana@example.com,user;admin,${HASH}`,
    'two words,,,user,',
    'bo,,no address,user,',
    'cy,,,pilot,',
    'di,,,user,md5$abc',
    'ANA,,,user,',
    'ed,,,user',
    'fay,"Fay, of ""the"" hill",,user,!unusable',
  ].join('\n');
  const report = await importPeople(config, readPeopleFile(text, []), REAL);
  const refused = report.lines.filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(
    refused.map(({ line, says = '' }) => [line, says.split(/[ ":]/).slice(0, 4).join(' ')]),
    [
      [3, 'this cannot be an'],
      [4, 'this is not an'],
      [5, 'the configuration has no'],
      [6, 'this is no password'],
      [7, 'the name stands in'],
      [8, 'it has 4 cells'],
    ],
  );
  assert.equal(report.added, 0);
  assert.deepEqual(await names(), []);
});

test('a dry run changes nothing, the import adds all, a second one is refused or skips', async () => {
  const file = readPeopleFile(
    JSON.stringify([
      { name: 'ana', hash: HASH },
      { name: 'bo', roles: ['user'] },
    ]),
    ['guest'],
  );
  assert.deepEqual((await importPeople(config, file, { ...REAL, dryRun: true })).added, 0);
  assert.deepEqual(await names(), []);
  const report = await importPeople(config, file, REAL);
  assert.deepEqual(
    report.lines.map(({ line, outcome, password }) => [line, outcome, password]),
    [
      [1, 'added', true],
      [2, 'added', false],
    ],
  );
  assert.deepEqual(await names(), ['ana', 'bo']);
  const again = await importPeople(config, file, REAL);
  assert.deepEqual(
    again.lines.map(({ code }) => code),
    ['name-taken', 'name-taken'],
  );
  const more = readPeopleFile('name\nana\ncy\n', ['guest']);
  const skipped = await importPeople(config, more, { ...REAL, skipExisting: true });
  assert.deepEqual(
    skipped.lines.map(({ outcome }) => outcome),
    ['exists', 'added'],
  );
  assert.deepEqual(await names(), ['ana', 'bo', 'cy']);
});

test('what is no list of people is refused as a whole', () => {
  for (const text of ['', 'username\nana', 'name,name\na,b', '{"name":"ana"}', '[{"name":', 'name,"hash\n'])
    assert.throws(() => readPeopleFile(text, []), { code: 'usage' }, JSON.stringify(text));
  const { faults } = readPeopleFile('[{"name":"ana"},{"name":7},{"name":"bo","admin":true}]', []);
  assert.deepEqual(
    faults.map(({ line }) => line),
    [2, 3],
  );
});

test('thousands of accounts take one transaction and leave one event each', async () => {
  const text = `name,hash\n${Array.from({ length: 2_000 }, (_, i) => `many-${i},${HASH}`).join('\n')}`;
  const began = performance.now();
  const report = await importPeople(config, readPeopleFile(text, ['guest']), REAL);
  assert.equal(report.added, 2_000);
  assert.ok(performance.now() - began < 60_000);
  assert.equal((await names()).length, 1_000, 'a page');
});

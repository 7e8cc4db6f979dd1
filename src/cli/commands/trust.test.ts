import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../core/index.ts';
import { openCertificates } from '../../gate/index.ts';
import { trustCommand } from './trust.ts';

const said = async (context: TestContext, ...words: string[]): Promise<string> => {
  const lines: string[] = [];
  context.mock.method(console, 'log', (line: string) => void lines.push(line));
  await trustCommand().parseAsync(words, { from: 'user' });
  return lines.join('\n');
};

const dataWithAuthority = async (context: TestContext): Promise<string> => {
  const data = await mkdtemp(join(tmpdir(), 'gatehouse-trust-'));
  context.after(() => rm(data, { recursive: true, force: true }));
  const directory = join(data, 'tls');
  (await openCertificates({ directory, hosts: ['localhost'], clock: systemClock })).close();
  return data;
};

test('it explains without touching anything: the file, its fingerprint and what to do', async (context) => {
  const text = await said(context, '--data', await dataWithAuthority(context));
  assert.match(text, /SHA-256 +([0-9A-F]{2}:){31}[0-9A-F]{2}/);
  assert.match(text, /tls\/authority\.pem/);
});

test('it prints the authority in PEM form, ready for a pipe', async (context) => {
  const data = await dataWithAuthority(context);
  const text = await said(context, '--data', data, '--print');
  assert.equal(`${text}\n`, await readFile(join(data, 'tls/authority.pem'), 'utf8'));
});

test('it says what is missing, and refuses words that exclude each other', async (context) => {
  await assert.rejects(said(context, '--data', join(tmpdir(), 'nothing-here')), {
    code: 'authority-missing',
  });
  await assert.rejects(said(context, '--install', '--remove'), { code: 'usage' });
});

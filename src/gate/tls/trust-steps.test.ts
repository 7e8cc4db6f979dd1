import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { Stage } from './certificate-stage.test.ts';
import { takeStep } from './take-step.ts';
import {
  commandOf,
  type LocalAuthority,
  localAuthority,
  type TrustSystem,
  trustSteps,
} from './trust-steps.ts';

const made = async (context: TestContext): Promise<{ stage: Stage; authority: LocalAuthority }> => {
  const stage = await Stage.set(context);
  await stage.open();
  return { stage, authority: await localAuthority(stage.path('tls')) };
};

const system = (parts: Partial<TrustSystem>): TrustSystem => ({
  platform: 'linux',
  isRoot: false,
  home: '/home/ada',
  exists: () => false,
  list: () => [],
  has: () => true,
  ...parts,
});

test('the authority is described from its certificate, and missed before the gate has made it', async (context) => {
  const { stage, authority } = await made(context);
  assert.match(authority.name, /^Gatehouse local authority [0-9a-f]{8}$/);
  assert.equal(authority.pem, await readFile(authority.file, 'utf8'));
  assert.ok(authority.notAfter > Date.now());
  await assert.rejects(localAuthority(stage.path('nowhere')), { code: 'authority-missing' });
});

test('an ordinary user on Debian does the browsers and is told the rest with sudo', async (context) => {
  const { authority } = await made(context);
  const ada = system({
    exists: (path) => path === '/home/ada/.pki/nssdb/cert9.db' || path.endsWith('abc.default/cert9.db'),
    list: (folder) => (folder === '/home/ada/.mozilla/firefox' ? ['abc.default', 'profiles.ini'] : []),
  });
  const steps = trustSteps(authority, 'install', ada);
  const id = authority.serialNumber.slice(0, 8).toLowerCase();
  assert.deepEqual(steps.filter(({ blocked }) => blocked).map(commandOf), [
    `sudo install -m 644 ${authority.file} /usr/local/share/ca-certificates/gatehouse-${id}.crt`,
    'sudo update-ca-certificates',
  ]);
  assert.deepEqual(
    steps.filter(({ blocked }) => !blocked).map(({ where }) => where),
    ['Chromium and Chrome', 'Firefox'],
  );
  const [first] = steps.filter(({ blocked }) => !blocked);
  assert.equal(
    first && commandOf(first),
    `certutil -A -d sql:/home/ada/.pki/nssdb -t C,, -n '${authority.name}' -i ${authority.file}`,
  );
});

test('root on Fedora does all of it, and certutil is asked for where it is missing', async (context) => {
  const { authority } = await made(context);
  const fedora = system({
    isRoot: true,
    home: '/root',
    has: (command) => command === 'update-ca-trust',
    exists: (path) => path === '/root/.pki/nssdb/cert9.db',
  });
  const [copy, update, browser] = trustSteps(authority, 'install', fedora);
  assert.equal(
    copy?.act === 'copy' && copy.to.startsWith('/etc/pki/ca-trust/source/anchors/gatehouse-'),
    true,
  );
  assert.equal(update && commandOf(update), 'update-ca-trust extract');
  assert.match(browser?.blocked ?? '', /certutil/);
});

test('macOS and Windows get one command each for installing and removing', async (context) => {
  const { authority } = await made(context);
  const one = (platform: NodeJS.Platform, purpose: 'install' | 'remove'): string =>
    trustSteps(authority, purpose, system({ platform })).map(commandOf).join('\n');
  const keychain = '/home/ada/Library/Keychains/login.keychain-db';
  assert.equal(
    one('darwin', 'install'),
    `security add-trusted-cert -r trustRoot -k ${keychain} ${authority.file}`,
  );
  assert.equal(
    one('darwin', 'remove'),
    `security delete-certificate -t -Z ${authority.keychainId} ${keychain}`,
  );
  assert.equal(one('win32', 'install'), `certutil -user -addstore Root ${authority.file}`);
  assert.equal(one('win32', 'remove'), `certutil -user -delstore Root ${authority.serialNumber}`);
});

test('nothing is removed that was not installed', async (context) => {
  const { authority } = await made(context);
  assert.deepEqual(trustSteps(authority, 'remove', system({ isRoot: true })), []);
});

test('a step that fails says which command to run by hand', async (context) => {
  const { stage } = await made(context);
  const step = { where: 'here', act: 'delete', path: stage.path('nothing.crt') } as const;
  await assert.rejects(takeStep(step), { code: 'trust-failed', message: `here: rm ${step.path} failed` });
});

const withCertutil = ['/usr/bin/certutil', '/usr/local/bin/certutil'].some(existsSync);

test('a browser store takes the authority and gives it back', {
  // certutil comes with NSS and is not installed everywhere.
  skip: withCertutil ? false : 'certutil is not installed',
}, async (context) => {
  const { stage, authority } = await made(context);
  const store = stage.path('.pki/nssdb');
  await mkdir(store, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${store}`, '--empty-password']);
  const here = system({
    home: stage.directory,
    exists: existsSync,
    has: (command) => command === 'certutil',
  });
  const listed = (): string => execFileSync('certutil', ['-L', '-d', `sql:${store}`]).toString();
  for (const step of trustSteps(authority, 'install', here)) await takeStep(step);
  assert.match(listed(), new RegExp(`${authority.name} +C,,`));
  for (const step of trustSteps(authority, 'remove', here)) await takeStep(step);
  assert.doesNotMatch(listed(), /Gatehouse/);
});

test('a copied authority can be read by everybody, since it is public', async (context) => {
  const { stage, authority } = await made(context);
  const to = stage.path('gatehouse.crt');
  await takeStep({ where: 'here', act: 'copy', from: authority.file, to });
  assert.equal((await stat(to)).mode & 0o777, 0o644);
});

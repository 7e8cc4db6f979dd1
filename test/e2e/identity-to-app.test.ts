import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { appsEnvironment, skipWithoutApps, VENV_BIN } from '../apps/venv.ts';
import { type EchoApp, openEchoApp } from '../harness/echo-app.ts';
import { type GatehouseProcess, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples/verify');
const run = promisify(execFile);

let app: EchoApp;
let gatehouse: GatehouseProcess;
let token = '';
let environment: Record<string, string> = {};

before(async () => {
  app = await openEchoApp();
  gatehouse = await startGatehouse({
    mode: { serve: app.url },
    people: [{ name: 'ada', roles: 'admin,user' }],
  });
  const client = new PortalClient(gatehouse);
  await client.trySignIn('ada');
  const headers = JSON.parse((await client.ask(`${gatehouse.appUrl}/echo`)).body) as Record<string, string>;
  token = headers['x-gatehouse-identity'] ?? '';
  environment = {
    GATEHOUSE_JWKS_URL: /http:\/\/127\.0\.0\.1:\d+\/\S+jwks\.json/.exec(gatehouse.output())?.[0] ?? '',
    GATEHOUSE_AUDIENCE: gatehouse.appUrl,
    GATEHOUSE_ISSUER: gatehouse.portalUrl,
  };
});
after(async () => {
  await gatehouse?.close();
  await app?.close();
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that no verifier may take: CVE-2015-9235 and kin. */
const forgeries = (): Record<string, string> => {
  const [, payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = part({ ...claims, roles: ['admin', 'root'] });
  return {
    'no algorithm': `${part({ alg: 'none', typ: 'JWT' })}.${changed}.`,
    'changed claims': `${token.split('.')[0]}.${changed}.${signature}`,
    'a symmetric algorithm': `${part({ alg: 'HS256', typ: 'JWT' })}.${changed}.${signature}`,
    'no signature': `${token.split('.').slice(0, 2).join('.')}.`,
  };
};

const verifyInPython = async (candidate: string, env = environment): Promise<Record<string, unknown>> => {
  const code = `import json, sys; sys.path.insert(0, ${JSON.stringify(EXAMPLES)}); from verify_identity import person; print(json.dumps(person({"X-Gatehouse-Identity": sys.argv[1]})))`;
  const { stdout } = await run(join(VENV_BIN, 'python'), ['-c', code, candidate], {
    env: { ...appsEnvironment(), ...env },
  });
  return JSON.parse(stdout);
};

const verifyInTypeScript = async (candidate: string, env = environment): Promise<Record<string, unknown>> => {
  const code = `import { person } from ${JSON.stringify(join(EXAMPLES, 'verify-identity.ts'))}; console.log(JSON.stringify(await person(process.argv[1])));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code, candidate], {
    env: { ...process.env, ...env },
    cwd: ROOT,
  });
  return JSON.parse(stdout);
};

for (const [name, verify, skip] of [
  ['PyJWT', verifyInPython, existsSync(join(VENV_BIN, 'python')) ? false : skipWithoutApps()],
  ['jose', verifyInTypeScript, false],
] as const) {
  test(`${name}, as the guide uses it, accepts what the gate signed and nothing else`, { skip }, async () => {
    const claims = await verify(token);
    assert.equal(claims['preferred_username'], 'ada');
    assert.deepEqual(claims['roles'], ['admin', 'user']);
    assert.equal(claims['iss'], gatehouse.portalUrl);
    assert.ok(Number(claims['exp']) - Number(claims['iat']) <= 120);
    for (const [what, forged] of Object.entries(forgeries()))
      await assert.rejects(verify(forged), Error, what);
    await assert.rejects(verify(token, { ...environment, GATEHOUSE_AUDIENCE: 'https://other.example.test' }));
    await assert.rejects(verify(token, { ...environment, GATEHOUSE_ISSUER: 'https://evil.example.test' }));
  });
}

test('the guide shows the examples as they are tested', () => {
  const guide = readFileSync(join(ROOT, 'docs/guide/identity.md'), 'utf8');
  for (const file of ['verify_identity.py', 'verify-identity.ts']) {
    assert.ok(guide.includes(readFileSync(join(EXAMPLES, file), 'utf8').trim()), file);
  }
});

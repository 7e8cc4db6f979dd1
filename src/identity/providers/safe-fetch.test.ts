import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isGatehouseError } from '../../core/index.ts';
import { isReachable } from './reachable.ts';
import { openSafeFetch } from './safe-fetch.ts';

test('internal addresses are reached only by the name that the configuration has, this machine only by its own', () => {
  const cases: [string, string, string, boolean][] = [
    ['idp.example', 'keys.example', '203.0.113.5', true],
    ['idp.example', 'idp.example', '10.0.0.5', true],
    ['idp.example', 'other.example', '10.0.0.5', false],
    ['idp.example', 'idp.example', '127.0.0.1', false],
    ['idp.example', 'localhost', '127.0.0.1', false],
    ['localhost', 'localhost', '127.0.0.1', true],
    ['localhost', 'rebound.example', '127.0.0.1', false],
    ['127.0.0.1', '::1', '::1', true],
    ['idp.example', 'idp.example', '169.254.169.254', false],
    ['localhost', 'localhost', '0.0.0.0', false],
    ['idp.example', 'idp.example', '::ffff:127.0.0.1', false],
    ['idp.example', 'other.example', '::ffff:10.0.0.5', false],
    ['idp.example', 'other.example', 'fd00:ec2::254', false],
    ['idp.example', 'idp.example', 'no address', false],
  ];
  for (const [issuer, host, address, reachable] of cases) {
    assert.equal(isReachable(issuer, host, address), reachable, `${issuer} ${host} ${address}`);
  }
});

test('a name is checked by the address that it has when the connection is made', async () => {
  const server = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const own = openSafeFetch({ issuer: `http://localhost:${port}` });
  const foreign = openSafeFetch({ issuer: 'https://idp.example' });
  try {
    assert.equal((await own(`http://localhost:${port}/`, {})).status, 200);
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: unknown) => isGatehouseError(error) && error.code,
      );
    assert.equal(await codeOf(foreign(`https://localhost:${port}/`, {})), 'provider-answer-invalid');
    assert.equal(await codeOf(foreign('http://idp.example/', {})), 'provider-answer-invalid');
  } finally {
    await own.close();
    await foreign.close();
    server.close();
    server.closeAllConnections();
  }
});

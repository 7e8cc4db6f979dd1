import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { checkBypass } from './check-bypass.ts';

const listen = async (host: string) => {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())) };
};

test('an app on loopback alone is closed', async () => {
  await using app = await listen('127.0.0.1');
  const report = checkBypass({ upstream: `http://127.0.0.1:${app.port}` });
  assert.equal(report.state, 'closed');
  assert.equal(report.remedy, undefined);
});

test('an app on all addresses is open, and the report names address, port and remedy', async () => {
  await using app = await listen('0.0.0.0');
  const report = checkBypass({ upstream: `http://127.0.0.1:${app.port}` });
  assert.equal(report.state, 'open');
  assert.ok(report.reachableAt.every((at) => at.endsWith(`:${app.port}`)) && report.reachableAt.length > 0);
  assert.match(report.remedy ?? '', /127\.0\.0\.1 instead of all addresses/);
});

test('a second socket of the same app that other machines reach is found by its processes', async () => {
  await using inside = await listen('127.0.0.1');
  await using outside = await listen('::');
  const report = checkBypass({ upstream: `http://127.0.0.1:${inside.port}`, processes: [process.pid] });
  assert.equal(report.state, 'open');
  assert.ok(report.reachableAt.some((at) => at.endsWith(`:${outside.port}`)));
});

test('an app on another machine, or one that is not there, is never called closed', () => {
  assert.equal(checkBypass({ upstream: 'http://192.0.2.1:8501' }).state, 'unknown');
  assert.equal(checkBypass({ upstream: 'http://127.0.0.1:1' }).state, 'unknown');
});

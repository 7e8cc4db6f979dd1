import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalRequest, type WireRequest } from './request.ts';

const request = (change: Partial<WireRequest> & { headers?: string[] }): WireRequest => ({
  protocol: 'h1',
  method: 'GET',
  target: '/',
  scheme: undefined,
  authority: undefined,
  rawHeaders: change.headers ?? ['Host', 'app.example.test'],
  ...change,
});

const reasonOf = (change: Parameters<typeof request>[0]): string => {
  const result = canonicalRequest(request(change));
  return result.ok ? result.value.authority : result.reason;
};

test('a host has one spelling', () => {
  assert.equal(reasonOf({ headers: ['Host', 'APP.Example.test:443'] }), 'app.example.test');
  assert.equal(reasonOf({ headers: ['Host', 'app.example.test:8443'] }), 'app.example.test:8443');
  assert.equal(reasonOf({ headers: ['Host', '[::1]:8443'] }), '[::1]:8443');
});

test('a host that could be read in two ways is refused', () => {
  for (const host of [
    'app.example.test.',
    'a@app.example.test',
    'app.example.test:',
    'app.example.test:0443',
    'a b',
    'app_x',
    '',
    'a,b',
    '[::1',
    'x:1:2',
    'app.example.test/x',
    'app%2eexample.test',
  ]) {
    assert.equal(reasonOf({ headers: ['Host', host] }), 'authority', host);
  }
});

test('two hosts, in whatever place, are refused', () => {
  assert.equal(reasonOf({ headers: ['Host', 'a.test', 'host', 'a.test'] }), 'header-duplicate');
  assert.equal(reasonOf({ target: 'https://other.test/x' }), 'authority-conflict');
  assert.equal(
    reasonOf({ protocol: 'h2', scheme: 'https', authority: 'a.test', headers: ['host', 'b.test'] }),
    'authority-conflict',
  );
  assert.equal(reasonOf({ target: 'https://APP.example.test/x' }), 'app.example.test');
});

test('a body whose length is said twice or strangely is refused', () => {
  const host = ['Host', 'app.example.test'];
  assert.equal(
    reasonOf({ method: 'POST', headers: [...host, 'Content-Length', '3', 'Transfer-Encoding', 'chunked'] }),
    'framing',
  );
  assert.equal(
    reasonOf({ method: 'POST', headers: [...host, 'Transfer-Encoding', 'gzip, chunked'] }),
    'framing',
  );
  assert.equal(reasonOf({ method: 'POST', headers: [...host, 'Transfer-Encoding', 'xchunked'] }), 'framing');
  assert.equal(reasonOf({ method: 'POST', headers: [...host, 'Content-Length', '+3'] }), 'framing');
  assert.equal(
    reasonOf({ method: 'POST', headers: [...host, 'Content-Length', '3', 'content-length', '3'] }),
    'header-duplicate',
  );
  assert.equal(
    reasonOf({
      protocol: 'h2',
      scheme: 'https',
      method: 'POST',
      headers: [...host, 'transfer-encoding', 'chunked'],
    }),
    'framing',
  );
});

test('methods that tunnel, echo or are unknown are refused', () => {
  for (const method of ['TRACE', 'CONNECT', 'get', 'FOO', '', 'GET '])
    assert.equal(reasonOf({ method }), 'method', method);
});

test('no input of a decision makes it throw', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('Host', 'host', 'content-length', 'a.test', '%', '/%'),
  );
  fc.assert(
    fc.property(
      text,
      text,
      fc.option(text, { nil: undefined }),
      fc.array(text, { maxLength: 9 }),
      (method, target, authority, rawHeaders) => {
        canonicalRequest({ protocol: 'h2', method, target, scheme: 'https', authority, rawHeaders });
        canonicalRequest({
          protocol: 'h1',
          method: 'GET',
          target: `/${target}`,
          scheme: undefined,
          authority,
          rawHeaders,
        });
      },
    ),
  );
});

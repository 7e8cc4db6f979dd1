import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress, clientAddress, networkSet } from './address.ts';

const proxies = networkSet(['10.0.0.0/8', 'fd00::/8']);

// CVE-2026-40575: a forwarded address from somebody who is no proxy of ours changed the decision.
test('a forwarded address from an untrusted peer is ignored', () => {
  assert.equal(clientAddress('203.0.113.9', '1.1.1.1', proxies), '203.0.113.9');
});

test('behind proxies the last address that is none of them counts, whatever stands before it', () => {
  assert.equal(
    clientAddress(canonicalAddress('::ffff:10.0.0.1'), '6.6.6.6, 198.51.100.7, 10.1.2.3', proxies),
    '198.51.100.7',
  );
  assert.equal(clientAddress('fd00::1', '2001:DB8::5', proxies), '2001:db8::5');
});

test('a malformed entry ends the walk at the proxy that sent it', () => {
  assert.equal(clientAddress('10.0.0.1', '198.51.100.7, evil', proxies), '10.0.0.1');
  assert.equal(clientAddress('10.0.0.1', '198.51.100.7, , 10.0.0.2', proxies), '10.0.0.2');
});

test('a network that is none is an error with a code', () => {
  for (const network of ['10.0.0.0/33', 'x/8', '10.0.0.0/-1', '::/129', '10.0.0.0/8.5']) {
    assert.throws(() => networkSet([network]), { code: 'invalid-network' });
  }
});

// CVE-2025-24806: whoever has one IPv6 address has 2^64 of them.

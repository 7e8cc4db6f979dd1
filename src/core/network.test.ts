import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from './network.ts';

test('an IPv4 address is its own network, in whatever form it comes', () => {
  for (const address of ['192.0.2.10', '::ffff:192.0.2.10', '::FFFF:c000:20a', '0:0:0:0:0:ffff:192.0.2.10']) {
    assert.equal(networkOf(address), '192.0.2.10', address);
  }
});

test('all addresses of an IPv6 /64 are one network, and those of another are not (CVE-2025-24806)', () => {
  for (const address of [
    '2001:db8:0:1::',
    '2001:DB8::1:ffff:0:0:1',
    '2001:0db8:0000:0001:aaaa::',
    '2001:db8:0:1::%eth0',
  ]) {
    assert.equal(networkOf(address), '2001:db8:0:1::/64', address);
  }
  assert.notEqual(networkOf('2001:db8:0:2::1'), networkOf('2001:db8:0:1::1'));
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
});

test('what is no address counts as one network, so that nonsense makes no room', () => {
  for (const nonsense of ['', 'localhost', '999.1.1.1', '::g', '1.2.3.4, 5.6.7.8', 'x'.repeat(10_000)]) {
    assert.equal(networkOf(nonsense), 'unknown', nonsense.slice(0, 20));
  }
});

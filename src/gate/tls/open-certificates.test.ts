import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { Stage } from './certificate-stage.test.ts';

describe('the handshake', () => {
  test('uses the hybrid post-quantum group when the client has it, and X25519 or P-256 when not', async (context) => {
    const stage = await Stage.set(context);
    const server = await stage.listen(await stage.open());
    for (const ecdhCurve of ['X25519MLKEM768', 'X25519', 'P-256']) {
      const socket = await stage.handshake(server, { ecdhCurve, rejectUnauthorized: false });
      assert.equal(socket.getProtocol(), 'TLSv1.3', ecdhCurve);
    }
    await assert.rejects(stage.handshake(server, { ecdhCurve: 'P-521', rejectUnauthorized: false }));
  });

  test('speaks TLS 1.2 and 1.3 with authenticated encryption, nothing older or weaker', async (context) => {
    const stage = await Stage.set(context);
    const server = await stage.listen(await stage.open());
    const offer = (options: ConnectionOptions) =>
      stage.handshake(server, { rejectUnauthorized: false, ...options });
    assert.equal((await offer({ maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
    assert.equal((await offer({})).getProtocol(), 'TLSv1.3');
    await assert.rejects(
      offer({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256']) {
      await assert.rejects(offer({ maxVersion: 'TLSv1.2', ciphers }), ciphers);
    }
  });

  test('speaks TLS 1.3 alone when the configuration says so, from the next handshake on', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const server = await stage.listen(certificates);
    const old = { maxVersion: 'TLSv1.2', rejectUnauthorized: false } as const;
    await stage.handshake(server, old);
    await certificates.configure({ hosts: ['localhost'], minimum: '1.3' });
    await assert.rejects(stage.handshake(server, old));
    await assert.rejects(stage.handshake(server, { ...old, servername: '' }));
    await stage.handshake(server, { rejectUnauthorized: false });
  });

  test('offers HTTP/2 first and HTTP/1.1', async (context) => {
    const stage = await Stage.set(context);
    const server = await stage.listen(await stage.open());
    const agreed = async (ALPNProtocols: string[]) =>
      (await stage.handshake(server, { ALPNProtocols, rejectUnauthorized: false })).alpnProtocol;
    assert.equal(await agreed(['http/1.1', 'h2']), 'h2');
    assert.equal(await agreed(['http/1.1']), 'http/1.1');
  });
});

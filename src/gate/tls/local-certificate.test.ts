import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { authorityOf, DAY, Stage } from './certificate-stage.test.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { openCertificates } from './open-certificates.ts';

describe('the local authority', () => {
  test('is made on first use, for its owner only, and kept after a restart', async (context) => {
    const stage = await Stage.set(context);
    const first = await stage.open();
    assert.equal(first.kind, 'local');
    assert.equal(first.hsts, false);
    assert.deepEqual(
      stage.changes.map(({ what }) => what),
      ['authority'],
    );
    const folder = stage.path('tls');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const file of ['authority.pem', 'authority-private.pem', 'server-private.pem']) {
      assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
    }
    const second = await stage.open();
    assert.deepEqual(second.facts(), first.facts());
    assert.equal(stage.changes.length, 1);
  });

  test('lives five years, and its leaf covers every host and this machine for ninety days', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open({ hosts: ['gate.localhost', '192.0.2.7', '[2001:db8::1]'] });
    const authority = new X509Certificate(await authorityOf(certificates));
    assert.ok(authority.ca);
    assert.ok(Math.abs(authority.validToDate.getTime() - stage.clock.now() - 5 * 365 * DAY) < DAY);
    const { names, notAfter } = certificates.facts();
    assert.deepEqual(
      [...names].sort(),
      ['127.0.0.1', '192.0.2.7', '2001:db8::1', '::1', 'gate.localhost', 'localhost'].sort(),
    );
    assert.ok(Math.abs(notAfter - stage.clock.now() - 90 * DAY) < DAY);
  });

  test('is trusted by a client that knows it, by name and by address', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const server = await stage.listen(certificates);
    const ca = await authorityOf(certificates);
    for (const servername of ['localhost', 'gate.localhost'])
      await stage.handshake(server, { ca, servername });
    const { port } = server.address() as AddressInfo;
    const bare = connect({ port, host: '127.0.0.1', ca });
    await once(bare, 'secureConnect');
    assert.ok(bare.authorized);
    bare.destroy();
  });

  test('cannot sign for a name outside its hosts (name constraints)', async (context) => {
    const stage = await Stage.set(context);
    const authority = await issueAuthority(['gate.localhost', 'sales.example.com'], Date.now());
    const verdict = async (host: string): Promise<string> => {
      const { chain, key } = await issueLeaf(authority, [host], Date.now());
      const server = createServer({ key, cert: chain });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      context.after(() => server.close());
      return stage.handshake(server, { ca: authority.chain, servername: host }).then(
        () => 'trusted',
        (error: Error) => error.message,
      );
    };
    assert.equal(await verdict('sales.example.com'), 'trusted');
    assert.equal(await verdict('other.localhost'), 'trusted');
    assert.equal(await verdict('bank.example.com'), 'permitted subtree violation');
    assert.equal(await verdict('mysales.example.com'), 'permitted subtree violation');
  });

  test('renews its leaf at two thirds of the life and keeps the authority', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const before = { leaf: certificates.facts(), authority: await authorityOf(certificates) };
    stage.clock.time += 59 * DAY;
    await certificates.refresh();
    assert.deepEqual(certificates.facts(), before.leaf);
    stage.clock.time += 2 * DAY;
    await certificates.refresh();
    assert.notEqual(certificates.facts().fingerprint, before.leaf.fingerprint);
    assert.equal(await authorityOf(certificates), before.authority);
    assert.deepEqual(
      stage.changes.map(({ what }) => what),
      ['authority', 'leaf'],
    );
  });

  test('renews before the handshake when the machine slept past the end', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const server = await stage.listen(certificates);
    stage.clock.time += 120 * DAY;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const socket = await stage.handshake(server, { rejectUnauthorized: false });
    assert.equal(socket.getPeerX509Certificate()?.fingerprint256, certificates.facts().fingerprint);
    assert.ok(certificates.facts().notAfter > stage.clock.now());
  });

  test('survives a stage.clock that jumps ten years ahead and comes back', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const trusted = await authorityOf(certificates);
    stage.clock.time += 3_650 * DAY;
    await certificates.refresh();
    assert.notEqual(await authorityOf(certificates), trusted);
    stage.clock.time -= 3_650 * DAY;
    await certificates.refresh();
    assert.equal(await authorityOf(certificates), trusted);
    assert.ok(certificates.facts().notBefore < stage.clock.now());
  });

  test('survives a start in 1970 and the stage.clock being set afterwards', async (context) => {
    const stage = await Stage.set(context);
    await stage.open();
    const trusted = await readFile(stage.path('tls/authority.pem'), 'utf8');
    const today = stage.clock.time;
    stage.clock.time = 3 * DAY;
    const certificates = await stage.open();
    assert.notEqual(await authorityOf(certificates), trusted);
    stage.clock.time = today;
    await certificates.refresh();
    assert.equal(await authorityOf(certificates), trusted);
    const server = await stage.listen(certificates);
    await stage.handshake(server, { ca: trusted });
  });

  test('is replaced a month before its end, and the one before it is kept', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const first = await authorityOf(certificates);
    stage.clock.time += (5 * 365 - 20) * DAY;
    await certificates.refresh();
    assert.notEqual(await authorityOf(certificates), first);
    assert.equal(stage.changes.at(-1)?.what, 'authority');
    const previous = await readFile(stage.path('tls/authority-previous.pem'), 'utf8');
    assert.ok(previous.includes(first.trim()));
  });

  test('takes over new hosts at once: a leaf where the authority may, else a new authority', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const server = await stage.listen(certificates);
    await certificates.configure({ hosts: ['gate.localhost', 'sales.localhost'] });
    assert.equal(stage.changes.at(-1)?.what, 'leaf');
    await stage.handshake(server, { ca: await authorityOf(certificates), servername: 'sales.localhost' });
    await certificates.configure({ hosts: ['gate.example.test', 'sales.example.test'] });
    assert.equal(stage.changes.at(-1)?.what, 'authority');
    await stage.handshake(server, { ca: await authorityOf(certificates), servername: 'sales.example.test' });
    const count = stage.changes.length;
    await certificates.configure({ hosts: ['sales.example.test'] });
    assert.equal(stage.changes.length, count);
  });

  test('shows the renewed leaf to clients that send no name too', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const server = await stage.listen(certificates);
    stage.clock.time += 61 * DAY;
    await certificates.refresh();
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    assert.equal(socket.getPeerX509Certificate()?.fingerprint256, certificates.facts().fingerprint);
    socket.destroy();
  });

  test('makes a damaged leaf again, and refuses a damaged authority without touching it', async (context) => {
    const stage = await Stage.set(context);
    const folder = stage.path('tls');
    await stage.open();
    await writeFile(join(folder, 'server-private.pem'), 'torn');
    const certificates = await stage.open();
    assert.equal(stage.changes.at(-1)?.what, 'leaf');
    certificates.close();
    const whole = await readFile(join(folder, 'authority-private.pem'), 'utf8');
    const torn = whole.slice(0, whole.length / 2);
    await writeFile(join(folder, 'authority-private.pem'), torn);
    await assert.rejects(stage.open(), { code: 'certificate-unreadable' });
    assert.equal(await readFile(join(folder, 'authority-private.pem'), 'utf8'), torn);
  });

  test('takes access away from others when it finds its files open', async (context) => {
    const stage = await Stage.set(context);
    const folder = stage.path('tls');
    await stage.open();
    await chmod(folder, 0o755);
    await chmod(join(folder, 'authority-private.pem'), 0o644);
    await stage.open();
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, 'authority-private.pem'))).mode & 0o777, 0o600);
  });

  test('says so once when it cannot write, serves on, and renews when it can again', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open();
    const before = certificates.facts();
    await rm(stage.path('tls'), { recursive: true });
    await writeFile(stage.path('tls'), 'a file where the folder was');
    stage.clock.time += 61 * DAY;
    await certificates.refresh();
    await certificates.refresh();
    assert.equal(stage.problems.length, 1);
    assert.deepEqual(certificates.facts(), before);
    await unlink(stage.path('tls'));
    await certificates.refresh();
    await rm(stage.path('tls'), { recursive: true, force: true });
    await assert.rejects(
      openCertificates({ directory: '/dev/null/tls', hosts: ['localhost'], clock: stage.clock }),
      {
        code: 'certificate-unwritable',
      },
    );
  });
});

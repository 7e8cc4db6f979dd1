import 'reflect-metadata';

import assert from 'node:assert/strict';
import { KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { DAY, ISSUER, Stage } from './certificate-stage.test.ts';
import type { CertificateChange } from './certificates.ts';
import { issueLeaf } from './issue.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

describe('an own certificate', () => {
  const hosts = ['dashboard.example.com'];

  test('is used as it is', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open({ own: await stage.saveOwn(hosts), hosts });
    assert.equal(certificates.kind, 'own');
    assert.equal(certificates.authorityFile, undefined);
    assert.deepEqual(certificates.facts().names, hosts);
    assert.equal(stage.problems.length, 0);
  });

  test('earns HSTS unless it is self-signed, a development tool made it or a name is no public one', async (context) => {
    const stage = await Stage.set(context);
    const hstsOf = async (name: string, host: string, selfSigned = false): Promise<boolean> => {
      const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.createSelfSigned({
        name: `CN=${name}`,
        keys,
        notBefore: new Date(Date.now() - DAY),
        extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
      });
      const chain = certificate.toString('pem');
      const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
      const authority = { chain, key, certificate: new X509Certificate(chain) };
      const shown = selfSigned ? authority : await issueLeaf(authority, [host], Date.now());
      const own = { certificate: stage.path('hsts.pem'), key: stage.path('hsts-key.pem') };
      await writeFile(own.certificate, shown.chain);
      await writeFile(own.key, shown.key, { mode: 0o600 });
      return (await stage.open({ own, hosts: [host] })).hsts;
    };
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.com'), true);
    assert.equal(await hstsOf('mkcert development CA', 'dashboard.example.com'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.test'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.com', true), false);
  });

  test('is refused when it is weak or made for clients only', async (context) => {
    const stage = await Stage.set(context);
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const files = await stage.saveOwn(hosts);
    const refused = async (keyPair: webcrypto.CryptoKeyPair, extensions: Extension[]): Promise<void> => {
      const certificate = await X509CertificateGenerator.createSelfSigned({
        name: 'CN=weak',
        keys: keyPair,
        signingAlgorithm: keyPair.privateKey.algorithm.name === 'ECDSA' ? EC : algorithm,
        extensions: [
          new SubjectAlternativeNameExtension([{ type: 'dns', value: 'dashboard.example.com' }]),
          ...extensions,
        ],
      });
      await writeFile(files.certificate, certificate.toString('pem'));
      const key = KeyObject.from(keyPair.privateKey).export({ type: 'pkcs8', format: 'pem' });
      await writeFile(files.key, key.toString());
      await assert.rejects(stage.open({ own: files, hosts }), { code: 'certificate-unusable' });
    };
    await refused(keys, []);
    const strong = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
    await refused(strong, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
  });

  test('is refused with a code that names what is wrong', async (context) => {
    const stage = await Stage.set(context);
    const files = await stage.saveOwn(hosts);
    const other = await issueLeaf(ISSUER, hosts, Date.now());
    const refused = async (own: { certificate: string; key: string }, code: string, names = hosts) =>
      assert.rejects(stage.open({ own, hosts: names }), { code });
    await refused(files, 'certificate-names', ['dashboard.example.com', 'other.example.com']);
    await refused({ ...files, certificate: stage.path('nowhere.pem') }, 'certificate-unreadable');
    await refused({ ...files, certificate: files.key }, 'certificate-unreadable');
    await refused({ ...files, key: files.certificate }, 'certificate-unreadable');
    await writeFile(files.key, other.key);
    await refused(files, 'certificate-key-mismatch');
    await writeFile(files.certificate, ISSUER.chain + other.chain);
    await refused(files, 'certificate-key-mismatch');
    await refused(await stage.saveOwn(hosts, Date.now() - 100 * DAY), 'certificate-expired');
    await refused(await stage.saveOwn(hosts, Date.now() + 100 * DAY), 'certificate-expired');
  });

  test('is taken over when its files change, without dropping a connection', async (context) => {
    const stage = await Stage.set(context);
    const own = await stage.saveOwn(hosts);
    const certificates = await stage.open({ own, hosts });
    const server = await stage.listen(certificates);
    const client = { ca: ISSUER.chain, servername: hosts[0] ?? '' };
    const living = await stage.handshake(server, client);
    const before = certificates.facts().fingerprint;
    await stage.saveOwn(hosts);
    await certificates.refresh();
    assert.deepEqual(
      stage.changes.map(({ what }) => what),
      ['own'],
    );
    const fresh = await stage.handshake(server, client);
    assert.notEqual(fresh.getPeerX509Certificate()?.fingerprint256, before);
    living.write('GET / HTTP/1.1\r\nHost: dashboard.example.com\r\n\r\n');
    const [answer] = (await once(living, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 200 OK/);
  });

  test('keeps the old pair when the new one is broken, half written or expired, and says so once', async (context) => {
    const stage = await Stage.set(context);
    const own = await stage.saveOwn(hosts);
    const certificates = await stage.open({ own, hosts });
    const before = certificates.facts();
    const other = await issueLeaf(ISSUER, hosts, Date.now());
    await writeFile(own.certificate, other.chain);
    await certificates.refresh();
    assert.equal(stage.problems.length, 0, 'the key may be about to be written');
    await writeFile(own.key, other.key);
    await certificates.refresh();
    assert.equal(stage.problems.length, 0);
    assert.notEqual(certificates.facts().fingerprint, before.fingerprint);

    await stage.saveOwn(hosts, Date.now() - 100 * DAY);
    for (let look = 0; look < 4; look++) await certificates.refresh();
    assert.deepEqual(
      stage.problems.map(({ code }) => code),
      ['certificate-expired'],
    );
    await unlink(own.certificate);
    for (let look = 0; look < 4; look++) await certificates.refresh();
    assert.equal(stage.problems.at(-1)?.code, 'certificate-unreadable');
    assert.equal(certificates.facts().fingerprint, new X509Certificate(other.chain).fingerprint256);
  });

  test('is found again behind a symbolic link that is swapped', async (context) => {
    const stage = await Stage.set(context);
    const first = await stage.saveOwn(hosts);
    const links = { certificate: stage.path('live.pem'), key: stage.path('live-key.pem') };
    await symlink(first.certificate, links.certificate);
    await symlink(first.key, links.key);
    const certificates = await stage.open({ own: links, hosts });
    const next = await issueLeaf(ISSUER, hosts, Date.now());
    await writeFile(stage.path('next.pem'), next.chain);
    await writeFile(stage.path('next-key.pem'), next.key, { mode: 0o600 });
    for (const [link, target] of [
      [links.certificate, 'next.pem'],
      [links.key, 'next-key.pem'],
    ] as const) {
      await unlink(link);
      await symlink(stage.path(target), link);
    }
    await certificates.refresh();
    assert.equal(certificates.facts().fingerprint, next.certificate.fingerprint256);
  });

  test('looks at its files by itself', async (context) => {
    const stage = await Stage.set(context);
    const own = await stage.saveOwn(hosts);
    const changed = new Promise<CertificateChange>((resolve) => {
      stage.open({ own, hosts, lookEvery: 20, onChange: resolve }).then(async () => {
        await stage.saveOwn(hosts);
        await utimes(own.key, 1, 1);
      });
    });
    assert.equal((await changed).what, 'own');
  });

  test('warns at 21, 7 and 1 days before its end, and at the end', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open({ own: await stage.saveOwn(hosts), hosts });
    for (const days of [60, 70, 80, 84, 88.5, 89.5, 91]) {
      stage.clock.time = Date.now() + days * DAY;
      await certificates.refresh();
      await certificates.refresh();
    }
    assert.deepEqual(
      stage.problems.map(({ code, message }) => `${code}${/within .*/.exec(message)?.[0] ?? ''}`),
      [
        'certificate-expiringwithin 21 days',
        'certificate-expiringwithin 7 days',
        'certificate-expiringwithin a day',
        'certificate-expired',
      ],
    );
  });

  test('says so when every user of the machine can read its key', async (context) => {
    const stage = await Stage.set(context);
    const own = await stage.saveOwn(hosts);
    await chmod(own.key, 0o644);
    await stage.open({ own, hosts });
    assert.deepEqual(
      stage.problems.map(({ code }) => code),
      ['certificate-exposed'],
    );
  });

  test('refuses hosts that it does not cover, and takes new files over in the same step', async (context) => {
    const stage = await Stage.set(context);
    const own = await stage.saveOwn(hosts);
    const certificates = await stage.open({ own, hosts });
    const more = [...hosts, 'shop.dashboard.example.com'];
    await assert.rejects(certificates.configure({ own, hosts: more }), { code: 'certificate-names' });
    assert.deepEqual(certificates.facts().names, hosts);
    await stage.saveOwn(more);
    await certificates.configure({ own, hosts: more });
    assert.deepEqual(certificates.facts().names, more);
  });

  test('takes the place of the local authority when the configuration names it, and back', async (context) => {
    const stage = await Stage.set(context);
    const certificates = await stage.open({ hosts });
    const server = await stage.listen(certificates);
    const before = certificates.facts();
    await assert.rejects(
      certificates.configure({
        hosts,
        own: { certificate: stage.path('no.pem'), key: stage.path('no.pem') },
      }),
      { code: 'certificate-unreadable' },
    );
    assert.deepEqual(certificates.facts(), before);
    await certificates.configure({ hosts, own: await stage.saveOwn(hosts) });
    assert.equal(certificates.kind, 'own');
    await stage.handshake(server, { ca: ISSUER.chain, servername: 'dashboard.example.com' });
    await certificates.configure({ hosts });
    assert.equal(certificates.kind, 'local');
    assert.deepEqual(certificates.facts(), before);
    assert.deepEqual(
      stage.changes.map(({ what }) => what),
      ['authority', 'own', 'leaf'],
    );
  });
});

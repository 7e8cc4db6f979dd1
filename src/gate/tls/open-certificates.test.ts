import assert from 'node:assert/strict';
import { KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Clock, GatehouseError } from '../../core/index.ts';
import type { CertificateChange, Certificates, CertificatesOptions, KeyPair } from './certificates.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { openCertificates } from './open-certificates.ts';

const DAY = 86_400_000;
const MONTH = 30 * DAY;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

class TurnedClock implements Clock {
  time = Date.now();
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return performance.now();
  }
}

const closers: (() => unknown)[] = [];
let directory: string;
let clock: TurnedClock;
let changes: CertificateChange[];
let problems: GatehouseError[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
  const made = directory;
  closers.push(() => rm(made, { recursive: true, force: true }));
  clock = new TurnedClock();
  changes = [];
  problems = [];
});

after(async () => {
  for (const close of closers) await close();
});

const open = async (options: Partial<CertificatesOptions> = {}): Promise<Certificates> => {
  const certificates = await openCertificates({
    directory: join(directory, 'tls'),
    hosts: ['localhost', 'gate.localhost'],
    clock,
    onChange: (change) => changes.push(change),
    onProblem: (problem) => problems.push(problem),
    lookEvery: 3_600_000,
    ...options,
  });
  closers.push(() => certificates.close());
  return certificates;
};

const listen = async (certificates: Certificates): Promise<Server> => {
  const server = createServer(certificates.options(), (_request, response) => response.end('hello'));
  certificates.follow(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
};

const handshake = async (server: Server, options: ConnectionOptions = {}): Promise<TLSSocket> => {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options });
  closers.push(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
};

const authorityOf = (certificates: Certificates): Promise<string> =>
  readFile(certificates.authorityFile ?? '', 'utf8');

/** Fixed fixtures of an own certificate: an authority that is no development one, and leaves signed by it. */
const issuer: KeyPair = await issueAuthority(['dashboard.example.com'], Date.now());
const saved = async (hosts: string[], at = Date.now()): Promise<{ certificate: string; key: string }> => {
  const pair = await issueLeaf(issuer, hosts, at);
  const files = { certificate: join(directory, 'fullchain.pem'), key: join(directory, 'key.pem') };
  await writeFile(files.certificate, pair.chain + issuer.chain);
  await writeFile(files.key, pair.key, { mode: 0o600 });
  return files;
};

describe('the local authority', () => {
  test('is made on first use, for its owner only, and kept after a restart', async () => {
    const first = await open();
    assert.equal(first.kind, 'local');
    assert.equal(first.hsts, false);
    assert.deepEqual(
      changes.map(({ what }) => what),
      ['authority'],
    );
    const folder = join(directory, 'tls');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const file of ['authority.pem', 'authority-private.pem', 'server-private.pem']) {
      assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
    }
    const second = await open();
    assert.deepEqual(second.facts(), first.facts());
    assert.equal(changes.length, 1);
  });

  test('lives five years, and its leaf covers every host and this machine for ninety days', async () => {
    const certificates = await open({ hosts: ['gate.localhost', '192.0.2.7', '[2001:db8::1]'] });
    const authority = new X509Certificate(await authorityOf(certificates));
    assert.ok(authority.ca);
    assert.ok(Math.abs(authority.validToDate.getTime() - clock.now() - 5 * 365 * DAY) < DAY);
    const { names, notAfter } = certificates.facts();
    assert.deepEqual(
      [...names].sort(),
      [
        '127.0.0.1',
        '192.0.2.7',
        '2001:DB8:0:0:0:0:0:1',
        '0:0:0:0:0:0:0:1',
        'gate.localhost',
        'localhost',
      ].sort(),
    );
    assert.ok(Math.abs(notAfter - clock.now() - 90 * DAY) < DAY);
  });

  test('is trusted by a client that knows it, by name and by address', async () => {
    const certificates = await open();
    const server = await listen(certificates);
    const ca = await authorityOf(certificates);
    for (const servername of ['localhost', 'gate.localhost']) await handshake(server, { ca, servername });
    const { port } = server.address() as AddressInfo;
    const bare = connect({ port, host: '127.0.0.1', ca });
    await once(bare, 'secureConnect');
    assert.ok(bare.authorized);
    bare.destroy();
  });

  test('cannot sign for a name outside its hosts (name constraints)', async () => {
    const authority = await issueAuthority(['gate.localhost', 'sales.example.com'], Date.now());
    const verdict = async (host: string): Promise<string> => {
      const { chain, key } = await issueLeaf(authority, [host], Date.now());
      const server = createServer({ key, cert: chain });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      closers.push(() => server.close());
      return handshake(server, { ca: authority.chain, servername: host }).then(
        () => 'trusted',
        (error: Error) => error.message,
      );
    };
    assert.equal(await verdict('sales.example.com'), 'trusted');
    assert.equal(await verdict('other.localhost'), 'trusted');
    assert.equal(await verdict('bank.example.com'), 'permitted subtree violation');
    assert.equal(await verdict('mysales.example.com'), 'permitted subtree violation');
  });

  test('renews its leaf at two thirds of the life and keeps the authority', async () => {
    const certificates = await open();
    const before = { leaf: certificates.facts(), authority: await authorityOf(certificates) };
    clock.time += 59 * DAY;
    await certificates.refresh();
    assert.deepEqual(certificates.facts(), before.leaf);
    clock.time += 2 * DAY;
    await certificates.refresh();
    assert.notEqual(certificates.facts().fingerprint, before.leaf.fingerprint);
    assert.equal(await authorityOf(certificates), before.authority);
    assert.deepEqual(
      changes.map(({ what }) => what),
      ['authority', 'leaf'],
    );
  });

  test('renews before the handshake when the machine slept past the end', async () => {
    const certificates = await open();
    const server = await listen(certificates);
    clock.time += 4 * MONTH;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const socket = await handshake(server, { rejectUnauthorized: false });
    assert.equal(socket.getPeerX509Certificate()?.fingerprint256, certificates.facts().fingerprint);
    assert.ok(certificates.facts().notAfter > clock.now());
  });

  test('survives a clock that jumps ten years ahead and comes back', async () => {
    const certificates = await open();
    const trusted = await authorityOf(certificates);
    clock.time += 3_650 * DAY;
    await certificates.refresh();
    assert.notEqual(await authorityOf(certificates), trusted);
    clock.time -= 3_650 * DAY;
    await certificates.refresh();
    assert.equal(await authorityOf(certificates), trusted);
    assert.ok(certificates.facts().notBefore < clock.now());
  });

  test('survives a start in 1970 and the clock being set afterwards', async () => {
    await open();
    const trusted = await readFile(join(directory, 'tls/authority.pem'), 'utf8');
    const today = clock.time;
    clock.time = 3 * DAY;
    const certificates = await open();
    assert.notEqual(await authorityOf(certificates), trusted);
    clock.time = today;
    await certificates.refresh();
    assert.equal(await authorityOf(certificates), trusted);
    const server = await listen(certificates);
    await handshake(server, { ca: trusted });
  });

  test('is replaced a month before its end, and the one before it is kept', async () => {
    const certificates = await open();
    const first = await authorityOf(certificates);
    clock.time += (5 * 365 - 20) * DAY;
    await certificates.refresh();
    assert.notEqual(await authorityOf(certificates), first);
    assert.equal(changes.at(-1)?.what, 'authority');
    const previous = await readFile(join(directory, 'tls/authority-previous.pem'), 'utf8');
    assert.ok(previous.includes(first.trim()));
  });

  test('takes over new hosts at once: a leaf where the authority may, else a new authority', async () => {
    const certificates = await open();
    const server = await listen(certificates);
    await certificates.setHosts(['gate.localhost', 'sales.localhost']);
    assert.equal(changes.at(-1)?.what, 'leaf');
    await handshake(server, { ca: await authorityOf(certificates), servername: 'sales.localhost' });
    await certificates.setHosts(['gate.example.test', 'sales.example.test']);
    assert.equal(changes.at(-1)?.what, 'authority');
    await handshake(server, { ca: await authorityOf(certificates), servername: 'sales.example.test' });
    const count = changes.length;
    await certificates.setHosts(['sales.example.test']);
    assert.equal(changes.length, count);
  });

  test('shows the renewed leaf to clients that send no name too', async () => {
    const certificates = await open();
    const server = await listen(certificates);
    clock.time += 61 * DAY;
    await certificates.refresh();
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    assert.equal(socket.getPeerX509Certificate()?.fingerprint256, certificates.facts().fingerprint);
    socket.destroy();
  });

  test('makes a damaged leaf again, and refuses a damaged authority without touching it', async () => {
    const folder = join(directory, 'tls');
    await open();
    await writeFile(join(folder, 'server-private.pem'), 'torn');
    const certificates = await open();
    assert.equal(changes.at(-1)?.what, 'leaf');
    certificates.close();
    const whole = await readFile(join(folder, 'authority-private.pem'), 'utf8');
    const torn = whole.slice(0, whole.length / 2);
    await writeFile(join(folder, 'authority-private.pem'), torn);
    await assert.rejects(open(), { code: 'certificate-unreadable' });
    assert.equal(await readFile(join(folder, 'authority-private.pem'), 'utf8'), torn);
  });

  test('takes access away from others when it finds its files open', async () => {
    const folder = join(directory, 'tls');
    await open();
    await chmod(folder, 0o755);
    await chmod(join(folder, 'authority-private.pem'), 0o644);
    await open();
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, 'authority-private.pem'))).mode & 0o777, 0o600);
  });

  test('says so once when it cannot write, serves on, and renews when it can again', async () => {
    const certificates = await open();
    const before = certificates.facts();
    await rm(join(directory, 'tls'), { recursive: true });
    await writeFile(join(directory, 'tls'), 'a file where the folder was');
    clock.time += 61 * DAY;
    await certificates.refresh();
    await certificates.refresh();
    assert.equal(problems.length, 1);
    assert.deepEqual(certificates.facts(), before);
    await unlink(join(directory, 'tls'));
    await certificates.refresh();
    await rm(join(directory, 'tls'), { recursive: true, force: true });
    await assert.rejects(openCertificates({ directory: '/dev/null/tls', hosts: ['localhost'], clock }), {
      code: 'certificate-unwritable',
    });
  });
});

describe('an own certificate', () => {
  const hosts = ['dashboard.example.com'];

  test('is used as it is', async () => {
    const certificates = await open({ own: await saved(hosts), hosts });
    assert.equal(certificates.kind, 'own');
    assert.equal(certificates.authorityFile, undefined);
    assert.deepEqual(certificates.facts().names, hosts);
    assert.equal(problems.length, 0);
  });

  test('earns HSTS unless it is self-signed, a development tool made it or a name is no public one', async () => {
    const hstsOf = async (name: string, host: string, selfSigned = false): Promise<boolean> => {
      const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.createSelfSigned({
        name: `CN=${name}`,
        keys,
        extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
      });
      const chain = certificate.toString('pem');
      const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
      const authority = { chain, key, certificate: new X509Certificate(chain) };
      const shown = selfSigned ? authority : await issueLeaf(authority, [host], Date.now());
      const own = { certificate: join(directory, 'hsts.pem'), key: join(directory, 'hsts-key.pem') };
      await writeFile(own.certificate, shown.chain);
      await writeFile(own.key, shown.key, { mode: 0o600 });
      return (await open({ own, hosts: [host] })).hsts;
    };
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.com'), true);
    assert.equal(await hstsOf('mkcert development CA', 'dashboard.example.com'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.test'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard'), false);
    assert.equal(await hstsOf('Issuing Authority R11', 'dashboard.example.com', true), false);
  });

  test('is refused when it is weak or made for clients only', async () => {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const files = await saved(hosts);
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
      await assert.rejects(open({ own: files, hosts }), { code: 'certificate-unusable' });
    };
    await refused(keys, []);
    const strong = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
    await refused(strong, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
  });

  test('is refused with a code that names what is wrong', async () => {
    const files = await saved(hosts);
    const other = await issueLeaf(issuer, hosts, Date.now());
    const refused = async (own: { certificate: string; key: string }, code: string, names = hosts) =>
      assert.rejects(open({ own, hosts: names }), { code });
    await refused(files, 'certificate-names', ['dashboard.example.com', 'other.example.com']);
    await refused({ ...files, certificate: join(directory, 'nowhere.pem') }, 'certificate-unreadable');
    await refused({ ...files, certificate: files.key }, 'certificate-unreadable');
    await refused({ ...files, key: files.certificate }, 'certificate-unreadable');
    await writeFile(files.key, other.key);
    await refused(files, 'certificate-key-mismatch');
    await writeFile(files.certificate, issuer.chain + other.chain);
    await refused(files, 'certificate-key-mismatch');
    await refused(await saved(hosts, Date.now() - 100 * DAY), 'certificate-expired');
    await refused(await saved(hosts, Date.now() + 100 * DAY), 'certificate-expired');
  });

  test('is taken over when its files change, without dropping a connection', async () => {
    const own = await saved(hosts);
    const certificates = await open({ own, hosts });
    const server = await listen(certificates);
    const client = { ca: issuer.chain, servername: hosts[0] ?? '' };
    const living = await handshake(server, client);
    const before = certificates.facts().fingerprint;
    await saved(hosts);
    await certificates.refresh();
    assert.deepEqual(
      changes.map(({ what }) => what),
      ['own'],
    );
    const fresh = await handshake(server, client);
    assert.notEqual(fresh.getPeerX509Certificate()?.fingerprint256, before);
    living.write('GET / HTTP/1.1\r\nHost: dashboard.example.com\r\n\r\n');
    const [answer] = (await once(living, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 200 OK/);
  });

  test('keeps the old pair when the new one is broken, half written or expired, and says so once', async () => {
    const own = await saved(hosts);
    const certificates = await open({ own, hosts });
    const before = certificates.facts();
    const other = await issueLeaf(issuer, hosts, Date.now());
    await writeFile(own.certificate, other.chain);
    await certificates.refresh();
    assert.equal(problems.length, 0, 'the key may be about to be written');
    await writeFile(own.key, other.key);
    await certificates.refresh();
    assert.equal(problems.length, 0);
    assert.notEqual(certificates.facts().fingerprint, before.fingerprint);

    await saved(hosts, Date.now() - 100 * DAY);
    for (let look = 0; look < 4; look++) await certificates.refresh();
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['certificate-expired'],
    );
    await unlink(own.certificate);
    for (let look = 0; look < 4; look++) await certificates.refresh();
    assert.equal(problems.at(-1)?.code, 'certificate-unreadable');
    assert.equal(certificates.facts().fingerprint, new X509Certificate(other.chain).fingerprint256);
  });

  test('is found again behind a symbolic link that is swapped', async () => {
    const first = await saved(hosts);
    const links = { certificate: join(directory, 'live.pem'), key: join(directory, 'live-key.pem') };
    await symlink(first.certificate, links.certificate);
    await symlink(first.key, links.key);
    const certificates = await open({ own: links, hosts });
    const next = await issueLeaf(issuer, hosts, Date.now());
    await writeFile(join(directory, 'next.pem'), next.chain);
    await writeFile(join(directory, 'next-key.pem'), next.key, { mode: 0o600 });
    for (const [link, target] of [
      [links.certificate, 'next.pem'],
      [links.key, 'next-key.pem'],
    ] as const) {
      await unlink(link);
      await symlink(join(directory, target), link);
    }
    await certificates.refresh();
    assert.equal(certificates.facts().fingerprint, next.certificate.fingerprint256);
  });

  test('looks at its files by itself', async () => {
    const own = await saved(hosts);
    const changed = new Promise<CertificateChange>((resolve) => {
      open({ own, hosts, lookEvery: 20, onChange: resolve }).then(async () => {
        await saved(hosts);
        await utimes(own.key, 1, 1);
      });
    });
    assert.equal((await changed).what, 'own');
  });

  test('warns at 21, 7 and 1 days before its end, and at the end', async () => {
    const certificates = await open({ own: await saved(hosts), hosts });
    for (const days of [60, 70, 80, 84, 88.5, 89.5, 91]) {
      clock.time = Date.now() + days * DAY;
      await certificates.refresh();
      await certificates.refresh();
    }
    assert.deepEqual(
      problems.map(({ code, message }) => `${code}${/within .*/.exec(message)?.[0] ?? ''}`),
      [
        'certificate-expiringwithin 21 days',
        'certificate-expiringwithin 7 days',
        'certificate-expiringwithin a day',
        'certificate-expired',
      ],
    );
  });

  test('says so when every user of the machine can read its key', async () => {
    const own = await saved(hosts);
    await chmod(own.key, 0o644);
    await open({ own, hosts });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['certificate-exposed'],
    );
  });

  test('refuses hosts that it does not cover, and takes new files over in the same step', async () => {
    const own = await saved(hosts);
    const certificates = await open({ own, hosts });
    const more = [...hosts, 'shop.dashboard.example.com'];
    await assert.rejects(certificates.setHosts(more), { code: 'certificate-names' });
    assert.deepEqual(certificates.facts().names, hosts);
    await saved(more);
    await certificates.setHosts(more);
    assert.deepEqual(certificates.facts().names, more);
  });
});

describe('the handshake', () => {
  test('uses the hybrid post-quantum group when the client has it, and X25519 or P-256 when not', async () => {
    const server = await listen(await open());
    for (const ecdhCurve of ['X25519MLKEM768', 'X25519', 'P-256']) {
      const socket = await handshake(server, { ecdhCurve, rejectUnauthorized: false });
      assert.equal(socket.getProtocol(), 'TLSv1.3', ecdhCurve);
    }
    await assert.rejects(handshake(server, { ecdhCurve: 'P-521', rejectUnauthorized: false }));
  });

  test('speaks TLS 1.2 and 1.3 with authenticated encryption, nothing older or weaker', async () => {
    const server = await listen(await open());
    const offer = (options: ConnectionOptions) =>
      handshake(server, { rejectUnauthorized: false, ...options });
    assert.equal((await offer({ maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
    assert.equal((await offer({})).getProtocol(), 'TLSv1.3');
    await assert.rejects(
      offer({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256']) {
      await assert.rejects(offer({ maxVersion: 'TLSv1.2', ciphers }), ciphers);
    }
  });

  test('offers HTTP/2 first and HTTP/1.1', async () => {
    const server = await listen(await open());
    const agreed = async (ALPNProtocols: string[]) =>
      (await handshake(server, { ALPNProtocols, rejectUnauthorized: false })).alpnProtocol;
    assert.equal(await agreed(['http/1.1', 'h2']), 'h2');
    assert.equal(await agreed(['http/1.1']), 'http/1.1');
  });
});

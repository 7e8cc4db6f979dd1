import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { mailCommand } from '../../src/cli/commands/mail.ts';
import { type GatehouseError, isGatehouseError } from '../../src/core/index.ts';
import { type MailSettings, smtpMessenger } from '../../src/identity/index.ts';
import { type MailServer, startMailServer } from '../harness/mail-server.ts';

const MESSAGE = { to: 'ana@example.com', subject: 'A new password', text: 'Hello Ana,\n\nçhoose.\n' };

const settings = (
  server: Pick<MailServer, 'port' | 'ca'>,
  more: Partial<MailSettings> = {},
): MailSettings => ({
  host: 'localhost',
  port: server.port,
  tls: 'starttls',
  from: 'gatehouse@example.com',
  ca: server.ca,
  timeout: 5_000,
  ...more,
});

const refusal = async (of: MailSettings): Promise<GatehouseError> => {
  try {
    await smtpMessenger(of).send(MESSAGE);
  } catch (error) {
    assert.ok(isGatehouseError(error, 'message-failed'), String(error));
    return error;
  }
  return assert.fail('it was sent');
};

describe('mail', () => {
  for (const tls of ['starttls', 'implicit'] as const) {
    test(`a message arrives over TLS (${tls}), from and to whom it should, signed in`, async () => {
      const server = await startMailServer({ secure: tls === 'implicit' });
      await smtpMessenger(settings(server, { tls, user: 'gate', password: 'right' })).send(MESSAGE);
      const [mail] = server.received;
      assert.deepEqual(mail?.to, ['ana@example.com']);
      assert.equal(mail?.from, 'gatehouse@example.com');
      assert.equal(mail?.secure, true);
      assert.equal(mail?.user, 'gate');
      assert.match(mail?.text ?? '', /^Subject: A new password\r$/m);
      assert.match(mail?.text ?? '', /^Auto-Submitted: auto-generated\r$/m);
      await server.close();
    });
  }

  test('a server without TLS gets neither the message nor the password', async () => {
    const seen: string[] = [];
    const server = await startMailServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) => {
        seen.push(password ?? '');
        done(null, { user: 'gate' });
      },
    });
    const error = await refusal(settings(server, { user: 'gate', password: 'right' }));
    assert.match(error.message, /ETLS/);
    assert.deepEqual([server.received, seen], [[], []]);
    await server.close();
  });

  test('a certificate of another name, or of nobody that is trusted, ends it before anything is said', async () => {
    const other = await startMailServer({ name: 'mail.example.com' });
    for (const each of [settings(other), settings({ port: other.port, ca: '' }, { ca: undefined })]) {
      const error = await refusal(each);
      assert.match(error.message, /certificate of the mail server cannot be trusted/);
    }
    assert.deepEqual(other.received, []);
    await other.close();
    const implicit = await startMailServer({ name: 'mail.example.com', secure: true });
    await refusal(settings(implicit, { tls: 'implicit' }));
    assert.deepEqual(implicit.received, []);
    await implicit.close();
  });

  test('a wrong password, a refused recipient and nobody listening are told apart', async () => {
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new RangeError('No such user'), { responseCode: 550 })),
    });
    const wrong = await refusal(settings(server, { user: 'gate', password: 'wrong' }));
    assert.match(wrong.remedy ?? '', /user and password/);
    const refused = await refusal(settings(server));
    assert.match(refused.remedy ?? '', /sender or recipient/);
    await server.close();
    const nobody = await refusal(settings(server));
    assert.match(nobody.remedy ?? '', /host and port/);
  });

  test('a server that is silent, and one that drips for ever, are given up in time', async () => {
    for (const drip of [false, true]) {
      const timers: NodeJS.Timeout[] = [];
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        if (drip) timers.push(setInterval(() => socket.write('220-wait\r\n'), 100));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const began = performance.now();
      await refusal(settings({ port, ca: '' }, { ca: undefined, timeout: 800 }));
      assert.ok(performance.now() - began < 4_000);
      for (const timer of timers) clearInterval(timer);
      server.close();
    }
  });

  test('`gatehouse mail test` sends by the words of the configuration, and says what is missing', async () => {
    const server = await startMailServer();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-test-'));
    const [config, empty] = [join(folder, 'gatehouse.yaml'), join(folder, 'empty.yaml')];
    writeFileSync(join(folder, 'ca.pem'), server.ca);
    writeFileSync(join(folder, 'password'), 'right\n', { mode: 0o600 });
    const words = `host: localhost, port: ${server.port}, from: gate@example.com, ca: ca.pem`;
    writeFileSync(config, `mail: { ${words}, user: gate, password: "file:password" }`);
    writeFileSync(empty, '');
    const run = (...args: string[]) => mailCommand().parseAsync(['test', ...args], { from: 'user' });
    await run('ana@example.com', '--config', config);
    assert.deepEqual(server.received[0]?.to, ['ana@example.com']);
    assert.equal(server.received[0]?.user, 'gate');
    await assert.rejects(run('ana@example.com', '--config', empty), { code: 'mail-unavailable' });
    await assert.rejects(run('ana', '--config', config), { code: 'email-invalid' });
    rmSync(folder, { recursive: true });
    await server.close();
  });

  test('a line break in an address or subject makes no second header', async () => {
    const server = await startMailServer();
    await smtpMessenger(settings(server))
      .send({
        ...MESSAGE,
        to: 'ana@example.com\r\nBcc: eve@example.com',
        subject: 'A\r\nBcc: eve@example.com',
      })
      .catch(() => undefined);
    for (const { text, to } of server.received) {
      assert.doesNotMatch(text, /^Bcc:/im);
      assert.ok(!to.includes('eve@example.com'));
    }
    await server.close();
  });
});

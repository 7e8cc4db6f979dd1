import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: string[];
  secure: boolean;
  user: string | undefined;
  /** Header and body as they came, soft line breaks of quoted-printable undone. */
  text: string;
}

export interface MailServer {
  port: number;
  /** PEM of the authority that signed its certificate. */
  ca: string;
  received: ReceivedMail[];
  /** Resolves with the next mail. */
  next(): Promise<ReceivedMail>;
  close(): Promise<void>;
}

/** A certificate for `name` by an authority of its own. */
const certificateFor = (name: string): { ca: string; cert: string; key: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'));
  const file = (base: string): string => join(folder, base);
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  };
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-addext', `subjectAltName=DNS:${name}`, '-addext', 'basicConstraints=CA:FALSE'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test mail authority');
  openssl(
    ...['req', '-x509', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...ec],
    ...['-keyout', 'key.pem', '-out', 'cert.pem', '-subj', `/CN=${name}`, ...names],
  );
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((base) => readFileSync(file(base), 'utf8'));
  rmSync(folder, { recursive: true });
  return { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
};

const plain = (text: string): string =>
  text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A real SMTP server on loopback, with a certificate for `name` (default `localhost`). */
export const startMailServer = async (
  options: SMTPServerOptions & { name?: string } = {},
): Promise<MailServer> => {
  const { name = 'localhost', ...rest } = options;
  const { ca, cert, key } = certificateFor(name);
  const received: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  const server = new SMTPServer({
    cert,
    key,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right'
        ? done(null, { user: username ?? '' })
        : done(Object.assign(new RangeError('Invalid username or password'), { responseCode: 535 })),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          text: plain(Buffer.concat(chunks).toString('utf8')),
        };
        received.push(mail);
        waiting.shift()?.(mail);
        done();
      });
    },
    ...rest,
  });
  // Clients that refuse the certificate break off; that is what is tested.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    ca,
    received,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

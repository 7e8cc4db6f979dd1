import { createTransport } from 'nodemailer';
import { GatehouseError } from '../../core/index.ts';
import type { MailSettings, Messenger } from './types.ts';

const TIMEOUT = 20_000;

const UNREACHABLE = 'Check host and port of mail, and that a firewall lets it through.';
const REMEDIES: Readonly<Record<string, string>> = {
  EAUTH: 'Check user and password of mail.',
  ETLS: 'The server offers no TLS that can be verified: check port and tls of mail.',
  ECONNECTION: UNREACHABLE,
  ECONNREFUSED: UNREACHABLE,
  EDNS: UNREACHABLE,
  ESOCKET: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EENVELOPE: 'The server refuses sender or recipient: check from of mail, and the address.',
};

const CERTIFICATE = /certificate|altname|self.signed|unable to (?:get|verify)/i;

const failed = (error: unknown): GatehouseError => {
  const { code = '', message } = error as { code?: string; message?: string };
  const isCertificate = CERTIFICATE.test(`${code} ${message}`);
  return new GatehouseError(
    'message-failed',
    isCertificate
      ? 'the certificate of the mail server cannot be trusted'
      : `the mail server did not take the message (${code || 'unknown'})`,
    {
      remedy: isCertificate
        ? 'Name its host as its certificate does, and its authority as ca of mail.'
        : (REMEDIES[code] ?? 'Try it with: gatehouse mail test ADDRESS'),
      cause: error,
    },
  );
};

/**
 * Sends mail by SMTP. Without TLS and a certificate for `host` nothing is sent, not even the name and password: there is
 * no opportunistic mode that somebody on the way could turn off (RFC 8314, section 5.2).
 */
export const smtpMessenger = (settings: MailSettings): Messenger => {
  const { host, port, tls, from, user, password, ca, timeout = TIMEOUT } = settings;
  return {
    send: async ({ to, subject, text }) => {
      const transport = createTransport({
        host,
        port,
        secure: tls === 'implicit',
        requireTLS: tls === 'starttls',
        tls: {
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          servername: host,
          ...(ca === undefined ? {} : { ca }),
        },
        connectionTimeout: timeout,
        greetingTimeout: timeout,
        socketTimeout: timeout,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      });
      // Each of the times above begins anew with every byte of a server that drips.
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(Object.assign(new RangeError('it took too long'), { code: 'ETIMEDOUT' })),
          timeout,
        );
      });
      const sent = transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        // RFC 3834: no vacation notes in return.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      sent.catch(() => undefined);
      try {
        await Promise.race([sent, late]);
      } catch (error) {
        throw failed(error);
      } finally {
        clearTimeout(timer);
        transport.close();
      }
    },
  };
};

import { z } from 'zod';
import { type Address, address, duration, refuse, size } from './scalars.ts';
import { httpsAddress, type SecretPlace, secretPlace } from './schema-passwords.ts';

const DAY = 86_400_000;

/** Where the log is sent to as it grows. */
export type LogReceiver = { kind: 'syslog'; host: string; port: number } | { kind: 'otlp'; url: string };

const SYSLOG_TLS_PORT = 6_514;

/** `syslog+tls://host:6514`, or the https address of a collector that takes OTLP. */
export const parseLogReceiver = (text: string): LogReceiver | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username || url.password) return undefined;
  const bare = url.hostname !== '' && /^\/?$/.test(url.pathname) && !url.search && !url.hash;
  if (url.protocol === 'syslog+tls:' && bare) {
    return { kind: 'syslog', host: url.hostname, port: Number(url.port || SYSLOG_TLS_PORT) };
  }
  return url.protocol === 'https:' || url.protocol === 'http:' ? { kind: 'otlp', url: text } : undefined;
};

const receiver = () =>
  z.string().transform((text, context): LogReceiver => {
    const found = parseLogReceiver(text);
    const isSecure = found?.kind === 'syslog' || httpsAddress().safeParse(text).success;
    if (found && isSecure) return found;
    return refuse(
      context,
      `"${text}" is no receiver`,
      'Write syslog+tls://host:6514, or the https address of a collector that takes OTLP.',
    );
  });

const loopback = () =>
  address().transform((found, context): Address => {
    const { host } = found;
    if (host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)) return found;
    return refuse(
      context,
      `${host} is not this machine, and metrics are served without a password`,
      'Write a loopback address, such as 127.0.0.1:9464; what scrapes from elsewhere goes through an app of the gate.',
    );
  });

const witnessKey = () =>
  z
    .string()
    .max(400)
    .regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$/, {
      error: 'this is not the public key of a witness: write what stands in its witness.pub',
    });

const forwardSchema = z.strictObject({
  to: receiver().meta({
    description:
      'syslog+tls://host:6514 (RFC 5424 over TLS), or the https address of a collector that takes OTLP',
    examples: ['syslog+tls://logs.example.com:6514'],
    restart: true,
  }),
  ca: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({
      description: 'PEM file with the authority of a syslog receiver; absent: those of the system',
      examples: ['/etc/gatehouse/logs-ca.pem'],
      restart: true,
    }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), secretPlace())
    .default({})
    .meta({
      description: 'Headers that a collector asks for, each with the place of its value',
      examples: [{ Authorization: 'file:/etc/gatehouse/collector-token' }],
      restart: true,
    }),
});

/** `log`: what is kept of the security log, who watches over it and where it goes. */
export const logSchema = z
  .strictObject({
    keep: duration(DAY, 40 * 366 * DAY)
      .optional()
      .meta({
        description: 'Entries older than this are removed, and that is recorded; absent: all are kept',
        examples: ['400d'],
        restart: true,
      }),
    keepBytes: size(64 * 1_024 ** 2)
      .optional()
      .meta({
        description: 'Size of the log from which the oldest entries are removed, and that is recorded',
        examples: ['20GiB'],
        restart: true,
      }),
    localWitness: z
      .boolean()
      .default(true)
      .meta({
        description: 'Whether a witness is started beside the gate',
        examples: [false],
        restart: true,
      }),
    witnesses: z
      .array(
        z.strictObject({
          url: httpsAddress().meta({
            description: 'Address of the witness: https, or http on this machine',
            examples: ['https://witness.example.com'],
            restart: true,
          }),
          key: witnessKey().meta({
            description: 'Its public key, as its witness.pub says it',
            examples: ['witness.example.com/w1+1a2b3c4d+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g'],
            restart: true,
          }),
        }),
      )
      .max(16)
      .default([])
      .meta({ description: 'Witnesses on other machines', restart: true }),
    metrics: loopback()
      .optional()
      .meta({
        description: 'Loopback address at which Prometheus metrics are served; absent: nowhere',
        examples: ['127.0.0.1:9464'],
        restart: true,
      }),
    forward: z
      .array(forwardSchema)
      .max(8)
      .default([])
      .meta({ description: 'Receivers of every event as it comes', restart: true }),
  })
  .prefault({})
  .meta({ description: 'The security log: what is kept, who watches over it, where it goes' });

/** The settings of the log, with absolute paths. */
export type LogConfig = z.output<typeof logSchema>;

/** The same with paths made absolute by `path` and places of secrets by `secret`. */
export const completeLog = (
  log: LogConfig,
  path: (text: string) => string,
  secret: (place: SecretPlace) => SecretPlace,
): LogConfig => ({
  ...log,
  forward: log.forward.map(({ ca, headers, ...rest }) => ({
    ...rest,
    ...(ca === undefined ? {} : { ca: path(ca) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, place]) => [name, secret(place)])),
  })),
});

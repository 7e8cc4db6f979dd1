import { z } from 'zod';
import {
  address,
  duration,
  httpsOrigin,
  name,
  network,
  pathPattern,
  plainText,
  rate,
  size,
  upstream,
} from './scalars.ts';
import { permissionSchema, roleSchema, ruleSchema } from './schema-access.ts';
import { cspSchema, permissionsSchema, routeRatesSchema } from './schema-guards.ts';
import { logSchema } from './schema-log.ts';
import { codesSchema, mailSchema } from './schema-messages.ts';
import { countersSchema, passwordsSchema } from './schema-passwords.ts';
import { providersSchema } from './schema-providers.ts';
import { regulationSchema } from './schema-regulation.ts';
import { secondFactorSchema } from './schema-second-factor.ts';

/** Frameworks that the gate knows how to run and guard; `generic` is everything else. */
export const PRESETS = [
  'streamlit',
  'dash',
  'flask',
  'django',
  'fastapi',
  'jupyter',
  'panel',
  'bokeh',
  'gradio',
  'node',
  'generic',
] as const;

const file = () => z.string().min(1).max(4_096);

const hsts = z
  .strictObject({
    maxAge: duration(0, 800 * 86_400_000)
      .prefault('365d')
      .meta({ description: 'How long browsers insist on HTTPS', examples: ['365d'] }),
    includeSubDomains: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether names below the host insist too', examples: [true] }),
    preload: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether browsers may ship the host in their lists', examples: [true] }),
  })
  .prefault({});

const appSchema = z
  .strictObject({
    title: plainText(80)
      .optional()
      .meta({
        description: 'Name of the app for people; absent: its name in this file',
        examples: ['Sales'],
      }),
    url: httpsOrigin()
      .optional()
      .meta({
        description:
          'https origin at which people reach the app: a host name of its own, the port of the portal',
        examples: ['https://sales.example.com'],
      }),
    run: z
      .union([z.string().min(1).max(8_192), z.array(z.string().max(8_192)).min(1).max(1_000)], {
        error: 'expected a command',
      })
      .optional()
      .meta({
        description: 'Command that starts the app; a text is split at spaces and quotes, without a shell',
        examples: ['streamlit run sales.py'],
        restart: true,
      }),
    upstream: upstream()
      .optional()
      .meta({
        description: 'Where the app already listens: http, https or unix',
        examples: ['http://127.0.0.1:8501'],
      }),
    upstreamCa: file()
      .optional()
      .meta({
        description: 'PEM file with the authority that signed the certificate of an https upstream',
        examples: ['/etc/gatehouse/internal-ca.pem'],
      }),
    preset: z
      .enum(PRESETS)
      .optional()
      .meta({
        description: 'Framework of the app; recognised from the command when absent',
        examples: ['streamlit'],
      }),
    health: pathPattern()
      .optional()
      .meta({ description: 'Path that answers 2xx once the app is ready', examples: ['/healthz'] }),
    errors: z
      .enum(['safe', 'pass'])
      .default('safe')
      .meta({
        description: 'Whether error pages of the app that show its inside are replaced ("safe") or passed on',
        examples: ['pass'],
      }),
    csp: cspSchema.meta({
      description: 'Content security policy: off, observe (report only) or block; or fields',
      examples: ['block'],
    }),
    permissions: permissionsSchema.meta({
      description: 'Features of the browser that its pages may use; all others are switched off',
      examples: [['geolocation']],
    }),
    rates: routeRatesSchema.meta({
      description: 'How often routes of the app may be asked',
      examples: [[{ paths: ['/export'], rate: '10/1m' }]],
    }),
    ignoreCase: z
      .boolean()
      .default(false)
      .meta({
        description: 'Whether rules take /Admin for /admin, as the app does (Express, ASP.NET)',
        examples: [true],
      }),
    public: z
      .array(pathPattern())
      .min(1)
      .max(1_000)
      .optional()
      .meta({
        description: 'Paths that anybody may read (GET) without signing in',
        examples: [['/static/**']],
      }),
    rules: z
      .array(ruleSchema)
      .min(1)
      .max(100_000)
      .optional()
      .meta({
        description: 'Who may do what. Absent: any person with a role is let in',
        examples: [[{ allow: ['analyst'] }]],
      }),
  })
  .meta({ description: 'An app that is guarded' });

/** `gatehouse.yaml` as people write it, field by field. Cross-field rules stand in cross-checks.ts. */
export const configSchema = z
  .strictObject({
    listen: z
      .union([address(), z.array(address()).min(1).max(16)], {
        error: 'expected host:port or a list of them',
      })
      .transform((value) => (Array.isArray(value) ? value : [value]))
      .prefault('127.0.0.1:8443')
      .meta({
        description: 'Where the gate listens for HTTPS: host:port, or a list of them',
        examples: ['0.0.0.0:443'],
        restart: true,
      }),
    redirect: address()
      .optional()
      .meta({
        description: 'Where plain HTTP is answered with a redirect to HTTPS: host:port',
        examples: ['0.0.0.0:80'],
        restart: true,
      }),
    portal: httpsOrigin()
      .optional()
      .meta({
        description: 'https origin of sign-in, account and console: a host name of its own, chosen for good',
        examples: ['https://gate.example.com'],
        restart: true,
      }),
    data: file()
      .default('.gatehouse')
      .meta({
        description: 'Directory of the database, keys and log; relative to this file',
        examples: ['/var/lib/gatehouse'],
        restart: true,
      }),
    tls: z
      .strictObject({
        certificate: file()
          .optional()
          .meta({
            description: 'PEM file with the certificate and its chain',
            examples: ['/etc/gatehouse/tls/fullchain.pem'],
          }),
        key: file()
          .optional()
          .meta({
            description: 'PEM file with the private key (readable by the gate alone)',
            examples: ['/etc/gatehouse/tls/key.pem'],
          }),
        minimum: z
          .enum(['1.2', '1.3'])
          .default('1.2')
          .meta({ description: 'Oldest version of TLS that is spoken', examples: ['1.3'] }),
      })
      .prefault({})
      .meta({ description: 'Certificate and key; without them the gate makes a local authority of its own' }),
    hsts: z
      .union([z.literal('off'), hsts], { error: 'expected "off" or fields' })
      .prefault({})
      .meta({
        description: 'Strict-Transport-Security, sent with real certificates only; "off" leaves it away',
        examples: ['off'],
      }),
    trustedProxies: z
      .array(network())
      .max(1_000)
      .default([])
      .meta({
        description: 'Proxies in front of the gate whose X-Forwarded-For is believed',
        examples: [['10.0.0.0/8']],
      }),
    sessions: z
      .strictObject({
        idle: duration(60_000, 30 * 86_400_000)
          .prefault('30m')
          .meta({ description: 'A session ends after so long without a request', examples: ['30m'] }),
        absolute: duration(300_000, 90 * 86_400_000)
          .prefault('12h')
          .meta({ description: 'A session ends after so long in any case', examples: ['12h'] }),
        concurrent: z
          .int()
          .min(1)
          .max(1_000)
          .default(10)
          .meta({ description: 'Most sessions a person has at once; the oldest gives way', examples: [10] }),
      })
      .prefault({})
      .meta({ description: 'How long and how often people stay signed in', restart: true }),
    passwords: passwordsSchema,
    counters: countersSchema,
    regulation: regulationSchema,
    secondFactor: secondFactorSchema,
    mail: mailSchema,
    codes: codesSchema,
    limits: z
      .strictObject({
        headers: size(4_096, 262_144)
          .prefault('32KiB')
          .meta({ description: 'Most bytes of all headers of a request', examples: ['32KiB'] }),
        headerCount: z
          .int()
          .min(20)
          .max(1_000)
          .default(100)
          .meta({ description: 'Most headers of a request', examples: [100] }),
        body: size(0)
          .prefault('4GiB')
          .meta({ description: 'Most bytes of the body of a request', examples: ['200MiB'] }),
        headTime: duration()
          .prefault('15s')
          .meta({ description: 'Longest time until all headers of a request are there', examples: ['10s'] }),
        clientIdle: duration()
          .prefault('60s')
          .meta({
            description: 'Longest silence of a client that is sending a body or reading an answer',
            examples: ['30s'],
          }),
        answerTime: duration()
          .prefault('2m')
          .meta({ description: 'Longest time until the app begins its answer', examples: ['5m'] }),
        answerIdle: duration()
          .prefault('2m')
          .meta({
            description: 'Longest silence of the app within an answer that is no event stream',
            examples: ['5m'],
          }),
        keepAlive: duration()
          .prefault('65s')
          .meta({ description: 'Longest rest of a connection between two requests', examples: ['65s'] }),
        connections: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .meta({ description: 'Most client connections at once', examples: [10_000] }),
        connectionsPerAddress: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(1_000)
          .meta({
            description: 'Most connections at once from one address (IPv6: one /64)',
            examples: [1_000],
          }),
        requestsPerPerson: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(300)
          .meta({
            description: 'Most requests, event streams and WebSockets of one person at once',
            examples: [300],
          }),
        requestsPerAddress: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(300)
          .meta({
            description: 'The same for one address (IPv6: one /64), of those who are not signed in',
            examples: [300],
          }),
        streams: z
          .int()
          .min(1)
          .max(10_000)
          .default(100)
          .meta({ description: 'Most HTTP/2 streams at once on a connection', examples: [100] }),
      })
      .prefault({})
      .meta({ description: 'What one client may use up' }),
    rates: z
      .strictObject({
        address: rate()
          .optional()
          .meta({ description: 'Requests of one address (IPv6: one /64)', examples: ['6000/1m'] }),
        person: rate()
          .optional()
          .meta({ description: 'Requests of one person', examples: ['3000/1m'] }),
        session: rate()
          .optional()
          .meta({ description: 'Requests with the token of one session', examples: ['2000/1m'] }),
      })
      .prefault({})
      .meta({ description: 'How often a client may ask; absent ones are not limited' }),
    apps: z
      .record(name('an app'), appSchema)
      .default({})
      .meta({ description: 'The apps that are guarded, by name' }),
    roles: z
      .record(
        name('a role'),
        roleSchema.nullable().transform((role) => role ?? {}),
      )
      .default({})
      .meta({ description: 'The roles that people can hold; admin, user and guest always exist' }),
    providers: providersSchema,
    log: logSchema,
    permissions: z
      .record(name('a permission'), permissionSchema)
      .default({})
      .meta({ description: 'Named sets of paths and methods' }),
  })
  .meta({ description: 'Configuration of Gatehouse' });

export type ParsedConfig = z.output<typeof configSchema>;

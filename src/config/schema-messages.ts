import { isIP } from 'node:net';
import { z } from 'zod';
import { duration, refuse } from './scalars.ts';
import { httpsAddress, secretPlace } from './schema-passwords.ts';

const hostName = () =>
  z.string().transform((text, context): string => {
    const isName =
      /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
        text,
      );
    if (isName && isIP(text) === 0) return text.toLowerCase();
    return refuse(
      context,
      `"${text}" is not a host name`,
      'Write the name that the certificate of the server has.',
    );
  });

export const mailSchema = z
  .strictObject({
    host: hostName().meta({
      description: 'SMTP server, by the name in its certificate',
      examples: ['smtp.example.com'],
    }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(587)
      .meta({ description: 'Its port: 587 with starttls, 465 with implicit', examples: [465] }),
    tls: z
      .enum(['starttls', 'implicit'])
      .default('starttls')
      .meta({ description: 'How TLS begins; without it nothing is sent', examples: ['implicit'] }),
    from: z
      .email()
      .max(254)
      .meta({ description: 'Address of the sender', examples: ['gatehouse@example.com'] }),
    user: z
      .string()
      .min(1)
      .max(254)
      .optional()
      .meta({
        description: 'Name at the server; absent: it lets us send without one',
        examples: ['gatehouse'],
      }),
    password: secretPlace()
      .optional()
      .meta({
        description: 'Where the password for it stands',
        examples: ['file:/etc/gatehouse/mail-password'],
      }),
    ca: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .meta({
        description: 'PEM file with the authority of the server; absent: those of the system',
        examples: ['mail-ca.pem'],
      }),
    timeout: duration(1_000, 120_000)
      .prefault('20s')
      .meta({ description: 'Longest time for one message', examples: ['20s'] }),
  })
  .optional()
  .meta({
    description: 'How mail is sent: links for new passwords, invitations, codes; absent: none is',
    restart: true,
  });

const template = (what: string, example: Record<string, string>) =>
  z
    .record(z.string().min(1).max(128), z.union([z.string().max(4_096), z.number(), z.boolean()]))
    .optional()
    .meta({
      description: `${what}; {to} is the number with +, {digits} without, {text} the message`,
      examples: [example],
    });

const sms = z
  .strictObject({
    url: httpsAddress().meta({
      description: 'Address that takes one POST for each message',
      examples: ['https://api.nexmo.com/v1/messages'],
    }),
    form: template('Fields of a form', { To: '{to}', From: '+15550100', Body: '{text}' }),
    json: template('Fields of a JSON object instead of a form', { to: '{digits}', text: '{text}' }),
    user: z
      .string()
      .min(1)
      .max(254)
      .regex(/^[^:\u0000-\u001f]*$/)
      .optional()
      .meta({ description: 'Name at the service (HTTP Basic)', examples: ['AC0123456789'] }),
    password: secretPlace()
      .optional()
      .meta({
        description: 'Where the password for it stands',
        examples: ['file:/etc/gatehouse/sms-password'],
      }),
    authorization: secretPlace()
      .optional()
      .meta({
        description: 'Where the whole Authorization header stands, instead',
        examples: ['env:SMS_AUTHORIZATION'],
      }),
    timeout: duration(1_000, 60_000)
      .prefault('10s')
      .meta({ description: 'Longest time for one message', examples: ['10s'] }),
  })
  .optional()
  .meta({ description: 'By text message, through any service that takes an HTTPS request; absent: not so' });

export const codesSchema = z
  .strictObject({
    mail: z
      .boolean()
      .default(false)
      .meta({ description: 'By e-mail, to those who have an address', examples: [true] }),
    sms,
  })
  .prefault({})
  .meta({
    description: 'Codes as a weak second factor, for those who have no authenticator app and no passkey',
    restart: true,
  });

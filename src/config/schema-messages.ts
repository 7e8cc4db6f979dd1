import { isIP } from 'node:net';
import { z } from 'zod';
import { duration, refuse } from './scalars.ts';
import { secretPlace } from './schema-passwords.ts';

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

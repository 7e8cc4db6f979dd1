import { z } from 'zod';
import { name, plainText, refuse } from './scalars.ts';
import { httpsAddress, secretPlace } from './schema-passwords.ts';

const list = <T extends z.ZodType>(item: T, most: number) => z.array(item).min(1).max(most);

/** An issuer identifier (OpenID Connect Discovery 1.0 section 3): no query, no fragment. */
const issuer = () =>
  httpsAddress().transform((text, context): string => {
    if (!/[?#\s]/.test(text)) return text;
    return refuse(
      context,
      `"${text}" is not an issuer`,
      'Write the address that the provider names as its issuer, without ? and #.',
    );
  });

const domain = () =>
  z.string().transform((text, context): string => {
    const domainName = text.toLowerCase();
    if (/^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(domainName)) return domainName;
    return refuse(
      context,
      `"${text}" is not a domain`,
      'Write what stands behind the @ of the addresses: example.com.',
    );
  });

const providerSchema = z
  .strictObject({
    title: plainText(80)
      .optional()
      .meta({
        description: 'Name of the provider for people; absent: its name in this file',
        examples: ['Google'],
      }),
    issuer: issuer().meta({
      description: 'Issuer, exactly as the provider names it: https, or http on this machine',
      examples: ['https://accounts.google.com'],
    }),
    clientId: plainText(512).meta({
      description: 'Client id that the provider gave the portal',
      examples: ['gatehouse'],
    }),
    clientSecret: secretPlace()
      .optional()
      .meta({
        description: 'Where the client secret stands; absent: a public client, held by PKCE alone',
        examples: ['file:/etc/gatehouse/google-secret', 'env:GOOGLE_SECRET'],
      }),
    ca: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .meta({
        description: 'PEM file with the authority that signed the certificate of the provider',
        examples: ['/etc/gatehouse/internal-ca.pem'],
      }),
    scopes: list(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/), 32)
      .default(['openid', 'profile', 'email'])
      .refine((scopes) => scopes.includes('openid'), { error: '"openid" is missing among the scopes' })
      .meta({
        description: 'Scopes that are asked for; openid has to be among them',
        examples: [['openid', 'profile', 'email', 'groups']],
      }),
    domains: list(domain(), 100)
      .optional()
      .meta({
        description: 'Only people with a verified e-mail address in one of these domains may come in',
        examples: [['example.com']],
      }),
    create: z
      .boolean()
      .default(false)
      .meta({
        description: 'Whether somebody who has no account gets one at the first sign-in',
        examples: [true],
      }),
    linkByEmail: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Whether an account with the same e-mail address is taken over, where the provider has verified it',
        examples: [true],
      }),
    groups: plainText(128)
      .default('groups')
      .meta({
        description: 'Claim that holds the groups; / leads into it',
        examples: ['groups', 'realm_access/roles'],
      }),
    roles: z
      .record(
        plainText(256),
        list(name('a role'), 64).meta({ description: 'Roles of the group', examples: [['analyst']] }),
      )
      .optional()
      .meta({
        description:
          'Roles for each group, given and taken at every sign-in; the group * is everybody who comes this way',
        examples: [{ 'data-team': ['analyst'], '*': ['user'] }],
      }),
    mfa: z
      .strictObject({
        acr: list(plainText(256), 32)
          .optional()
          .meta({ description: 'Values of acr that stand for a second factor', examples: [['phrh']] }),
        amr: list(plainText(64), 32)
          .optional()
          .meta({ description: 'Values of amr that stand for a second factor', examples: [['mfa', 'hwk']] }),
      })
      .optional()
      .meta({
        description:
          'When a second factor at the provider counts as one here; absent: never, and ours is asked for',
      }),
  })
  .meta({ description: 'Somebody else where people can sign in (OpenID Connect)' });

export const providersSchema = z
  .record(name('a provider'), providerSchema)
  .default({})
  .meta({ description: 'Providers that people may sign in with, by name', restart: true });

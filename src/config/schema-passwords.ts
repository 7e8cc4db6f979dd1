import { z } from 'zod';
import { duration, refuse, size } from './scalars.ts';

/** Where a secret stands that is no business of this file. */
export type SecretPlace = { kind: 'file'; path: string } | { kind: 'env'; name: string };

const placeOf = (text: string, context: z.RefinementCtx): SecretPlace => {
  const path = /^file:([^\0]+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'file', path };
  const name = /^env:([A-Za-z_][A-Za-z0-9_]{0,127})$/.exec(text)?.[1];
  if (name !== undefined) return { kind: 'env', name };
  // The text may be the secret itself: it is not repeated.
  return refuse(
    context,
    'this does not say where the secret stands',
    'Write file:/path/of/it or env:NAME_OF_IT; the secret itself does not belong in this file.',
  );
};

/** `file:/path` or `env:NAME`: never the secret itself. */
export const secretPlace = () => z.string().max(4_096).transform(placeOf);

const pepper = () =>
  z
    .string()
    .max(4_096)
    .transform((text, context): 'none' | 'vault' | SecretPlace =>
      text === 'none' || text === 'vault' ? text : placeOf(text, context),
    );

/** An address without credentials: `redis://host:6379`, or `rediss://` with TLS. */
const redisAddress = () =>
  z.string().transform((text, context): string => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.password) {
      const remedy = 'Take it out, and name the file or variable that holds it as "password".';
      return refuse(context, 'the address carries a password', remedy);
    }
    if (url && /^rediss?:$/.test(url.protocol) && url.hostname !== '') return text;
    return refuse(
      context,
      'this is not the address of a Redis server',
      'Write redis://127.0.0.1:6379, or rediss://redis.internal:6379 for TLS.',
    );
  });

/** An https address, or http on this machine alone. */
export const httpsAddress = () =>
  z.string().transform((text, context): string => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
    const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
    if (url !== undefined && isSecure && !url.username && !url.password) return text;
    return refuse(context, `"${text}" is not an https address`, 'Write https:// and a host name.');
  });

const argon2 = z
  .strictObject({
    memory: size(19_456 * 1_024, 4 * 1_024 ** 3)
      .prefault('19MiB')
      .meta({ description: 'Memory of one hash, at least 19MiB', examples: ['64MiB'] }),
    passes: z
      .int()
      .min(2)
      .max(100)
      .default(2)
      .meta({ description: 'Passes over the memory, at least 2', examples: [3] }),
    lanes: z
      .int()
      .min(1)
      .max(16)
      .default(1)
      .meta({ description: 'Lanes that are computed side by side', examples: [1] }),
  })
  .prefault({})
  .meta({ description: 'What one hash costs; `gatehouse people calibrate` finds it out for a machine' });

const breaches = z
  .strictObject({
    url: httpsAddress().meta({
      description: 'Address of the ranges; five characters of a SHA-1 are put behind it',
      examples: ['https://api.pwnedpasswords.com/range/'],
    }),
    timeout: duration(100, 10_000)
      .prefault('2s')
      .meta({ description: 'After so long the password passes, and the log says so', examples: ['2s'] }),
  })
  .optional()
  .meta({ description: 'Looks new passwords up among those known from breaches; absent: it is not asked' });

export const passwordsSchema = z
  .strictObject({
    profile: z
      .enum(['nist', 'classic'])
      .default('nist')
      .meta({
        description:
          'Long ones of any kind (nist), or at least 8 characters with letters, digits and signs (classic)',
        examples: ['nist'],
      }),
    minimumLength: z
      .int()
      .min(8)
      .max(64)
      .optional()
      .meta({ description: 'Fewest characters (default: 15 with nist, 8 with classic)', examples: [15] }),
    maximumLength: z
      .int()
      .min(64)
      .max(1_024)
      .default(256)
      .meta({ description: 'Most characters, at least 64', examples: [256] }),
    argon2,
    pepper: pepper()
      .prefault('none')
      .meta({
        description:
          'A key that is mixed into every new hash: none, vault (made from the master key), or where it stands',
        examples: ['file:/etc/gatehouse/pepper', 'env:GATEHOUSE_PEPPER', 'vault'],
      }),
    breaches,
  })
  .prefault({})
  .meta({
    description: 'What passwords have to be; common and personal ones are always refused',
    restart: true,
  });

export const countersSchema = z
  .strictObject({
    redis: redisAddress().meta({
      description: 'Address of the Redis server, without a password',
      examples: ['rediss://redis.internal:6379'],
    }),
    password: secretPlace()
      .optional()
      .meta({ description: 'Where its password stands', examples: ['file:/etc/gatehouse/redis-password'] }),
  })
  .optional()
  .meta({
    description: 'Where several instances keep the counters that they share; absent: in the memory of one',
    restart: true,
  });

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { GatehouseError } from '../core/index.ts';
import type { IdentitySettings } from './types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const time = (min: number, max: number, fallback: number) => z.int().min(min).max(max).default(fallback);

const schema = z.strictObject({
  issuer: z.url(),
  adminRoles: z.array(z.string().min(1).max(64)).min(1).max(64).default(['admin']),
  sessions: z
    .strictObject({
      idle: time(MINUTE, 30 * DAY, 30 * MINUTE),
      absolute: time(5 * MINUTE, 90 * DAY, 12 * HOUR),
      perPerson: z.int().min(1).max(1_000).default(10),
      cacheSize: z.int().min(1).max(1_000_000).default(20_000),
      pollInterval: time(10, 1_000, 500),
    })
    .prefault({}),
  passwords: z
    .strictObject({
      profile: z.enum(['nist', 'classic']).default('nist'),
      // SP 800-63B-4, 3.1.1.2: 15 where the password is the only factor, 8 beside another one.
      minimum: z.int().min(8).max(64).optional(),
      maximum: z.int().min(64).max(1_024).default(256),
      // OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane is the least.
      argon2: z
        .strictObject({
          memory: z.int().min(19_456).max(4_194_304),
          passes: z.int().min(2).max(100),
          lanes: z.int().min(1).max(16),
        })
        .default({ memory: 19_456, passes: 2, lanes: 1 }),
      breaches: z.strictObject({ url: z.string(), timeout: time(100, 10_000, 2_000) }).optional(),
      pepper: z.boolean().default(false),
      queue: z.int().min(0).max(10_000).default(64),
      width: z
        .int()
        .min(1)
        .max(64)
        .default(Math.max(1, availableParallelism() - 1)),
    })
    .prefault({})
    .transform((settings) => ({
      ...settings,
      minimum: settings.minimum ?? (settings.profile === 'nist' ? 15 : 8),
    })),
  regulation: z
    .strictObject({
      perAccount: z.int().min(1).max(100).default(5),
      firstWait: time(1_000, HOUR, 30_000),
      longestWait: time(1_000, DAY, HOUR),
      perNetwork: z.int().min(1).max(100_000).default(50),
      networkWindow: time(1_000, DAY, 10 * MINUTE),
    })
    .prefault({}),
});

/** Settings with every default filled in. */
export type Settings = z.infer<typeof schema>;

/** @throws {GatehouseError} `setting-invalid`, naming the first setting that is out of its range. */
export const completeSettings = (settings: IdentitySettings): Settings => {
  const result = schema.safeParse(settings);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new GatehouseError('setting-invalid', `${field}: ${issue?.message ?? 'invalid'}`, {
    remedy: `Use a value in the range that is named for ${field}.`,
    position: { file: 'identity', field },
  });
};

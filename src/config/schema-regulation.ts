import { z } from 'zod';
import { duration } from './scalars.ts';

const DAY = 86_400_000;

export const regulationSchema = z
  .strictObject({
    perAccount: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .meta({
        description:
          'Guesses at one account, existing or not, before waiting begins; the same for a known browser',
        examples: [5],
      }),
    firstWait: duration(1_000, 3_600_000)
      .prefault('30s')
      .meta({ description: 'The first wait; it doubles with every further failure', examples: ['30s'] }),
    longestWait: duration(1_000, DAY)
      .prefault('1h')
      .meta({ description: 'The longest wait', examples: ['1h'] }),
    perNetwork: z
      .int()
      .min(1)
      .max(100_000)
      .default(50)
      .meta({ description: 'Failures of one IPv4 address or IPv6 /64 in networkWindow', examples: [50] }),
    networkWindow: duration(1_000, DAY)
      .prefault('10m')
      .meta({ description: 'How long it takes until a network has all of them back', examples: ['10m'] }),
  })
  .prefault({})
  .meta({ description: 'How often a password may be guessed', restart: true });

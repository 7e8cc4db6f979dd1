import { z } from 'zod';
import { deadline } from './scalars-time.ts';

/** Who must have a second factor, and from when on. */
export const secondFactorSchema = z
  .strictObject({
    roles: z
      .array(z.string().min(1).max(64))
      .max(1_000)
      .default([])
      .meta({
        description: 'Roles whose holders must have a second factor; everyone: all people',
        examples: [['admin', 'treasurer']],
      }),
    from: deadline()
      .optional()
      .meta({
        description: 'The last day on which they are only reminded of it; absent: it is demanded at once',
        examples: ['2027-01-31'],
      }),
  })
  .prefault({})
  .meta({ description: 'Who must have a second factor to get anywhere' });

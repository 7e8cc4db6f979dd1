import type { z } from 'zod';
import type { OpenData } from '../open-data.ts';

/** One thing that the command line may ask of whoever owns the data directory. */
export const operation = <I extends z.ZodType, O>(
  input: I,
  run: (data: OpenData, input: z.infer<I>) => Promise<O>,
) => ({
  input,
  run,
});

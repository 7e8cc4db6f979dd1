import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema (2020-12) of `gatehouse.yaml`, for editors; `docs/gatehouse.schema.json` holds the same. */
export const configJsonSchema = (): Record<string, unknown> => ({
  $id: 'https://gatehouse.dev/gatehouse.schema.json',
  title: 'gatehouse.yaml',
  ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }),
});

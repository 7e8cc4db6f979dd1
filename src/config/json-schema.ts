import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { FieldMeta } from './schema-walk.ts';

/** The JSON Schema (2020-12) of `gatehouse.yaml`, for editors; `docs/gatehouse.schema.json` holds the same. */
export const configJsonSchema = (): Record<string, unknown> => ({
  title: 'gatehouse.yaml',
  ...z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema) as FieldMeta | undefined;
      // zod takes examples for values after the transform and drops them; ours are as people write them.
      if (meta?.examples) jsonSchema.examples = [...meta.examples];
      if (meta?.restart) jsonSchema.description = `${meta.description}. A change needs a restart`;
      delete jsonSchema['restart'];
    },
  }),
});

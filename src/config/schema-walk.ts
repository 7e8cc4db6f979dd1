import type { z } from 'zod';
import type { FieldPath } from './positions.ts';

/** What a field's schema says about itself, for messages and reloads. */
export interface FieldMeta {
  description?: string;
  examples?: readonly unknown[];
  /** Whether a change needs a restart. */
  restart?: boolean;
}

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  options?: readonly z.ZodType[];
}

const definition = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schemas that a value of `schema` may have to satisfy, wrappers taken off. */
const unwrap = (schema: z.ZodType): readonly z.ZodType[] => {
  const { type, innerType, in: input, options } = definition(schema);
  if (innerType) return unwrap(innerType);
  if (type === 'pipe' && input) return unwrap(input);
  if (options) return options.flatMap(unwrap);
  return [schema];
};

const step = (schema: z.ZodType, part: PropertyKey): readonly z.ZodType[] =>
  unwrap(schema).flatMap((inner) => {
    const { shape, element, valueType } = definition(inner);
    if (shape) return Object.hasOwn(shape, part) ? [shape[String(part)] as z.ZodType] : [];
    if (element && typeof part === 'number') return [element];
    return valueType ? [valueType] : [];
  });

/** The schemas at a path, in their wrappers. */
const schemasAt = (schema: z.ZodType, path: FieldPath): readonly z.ZodType[] =>
  path.reduce<readonly z.ZodType[]>((found, part) => found.flatMap((each) => step(each, part)), [schema]);

const ownMeta = (schema: z.ZodType): FieldMeta | undefined => {
  const meta = (schema.meta() ?? undefined) as FieldMeta | undefined;
  const { type, innerType, in: input } = definition(schema);
  return meta ?? (innerType ? ownMeta(innerType) : type === 'pipe' && input ? ownMeta(input) : undefined);
};

/** What the schema says about the field at `path`, or about the nearest field around it that says something. */
export const metaNear = (
  schema: z.ZodType,
  path: FieldPath,
): { meta: FieldMeta; path: FieldPath } | undefined => {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    for (const found of schemasAt(schema, at)) {
      const meta = ownMeta(found);
      if (meta) return { meta, path: at };
    }
  }
  return undefined;
};

/** The fields that may stand at `path`. */
export const fieldsAt = (schema: z.ZodType, path: FieldPath): readonly string[] =>
  schemasAt(schema, path)
    .flatMap(unwrap)
    .flatMap((inner) => Object.keys(definition(inner).shape ?? {}));

/** Whether a change at `path` or around it needs a restart, by the schema's own word. */
export const restartAt = (schema: z.ZodType, path: FieldPath): boolean =>
  path.some((_, index) =>
    schemasAt(schema, path.slice(0, index + 1)).some((found) => ownMeta(found)?.restart === true),
  );

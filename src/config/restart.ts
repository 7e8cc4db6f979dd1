import { isDeepStrictEqual } from 'node:util';
import type { GatehouseConfig } from './complete.ts';
import { type FieldPath, fieldName } from './positions.ts';
import { configSchema } from './schema.ts';
import { restartAt } from './schema-walk.ts';

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const differences = (before: unknown, after: unknown, path: FieldPath): FieldPath[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isFields(before) || !isFields(after)) return [path];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(before[key], after[key], [...path, key]),
  );
};

/** The fields in which two configurations differ: `sessions.idle`, `apps.sales.rules`. */
export const changedFields = (before: GatehouseConfig, after: GatehouseConfig): string[] =>
  differences(before, after, []).map(fieldName);

/** Those of the changed fields that take effect only after a restart, by the schema's own word. */
export const needsRestart = (before: GatehouseConfig, after: GatehouseConfig): string[] =>
  differences(before, after, [])
    .filter((path) => restartAt(configSchema, path))
    .map(fieldName);

import { stringify } from 'yaml';
import type { z } from 'zod';
import { type FieldPath, fieldName, type Positions, positionNear } from './positions.ts';
import type { ConfigProblem } from './problems.ts';
import { fieldsAt, metaNear } from './schema-walk.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Most unknown fields that are listed at one place: each is compared with every known one. */
const MAX_UNKNOWN = 50;

const remedyFor = (schema: z.ZodType, path: FieldPath): string => {
  const near = metaNear(schema, path);
  if (!near?.meta.examples)
    return near?.meta.description ? `${near.meta.description}.` : 'Correct the value.';
  const example = stringify(near.meta.examples[0], { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return `${near.meta.description}. For example: ${String(near.path.at(-1))}: ${example}`;
};

/** Of the branches of a union that failed, the one that understood the value best: its first issue lies deepest. */
const bestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depth = (issues: readonly Issue[]) =>
    Math.max(
      -1,
      ...issues.map((issue) =>
        issue.code === 'invalid_type' && issue.path.length === 0 ? -1 : issue.path.length,
      ),
    );
  return branches.reduce<readonly Issue[]>((best, next) => (depth(next) > depth(best) ? next : best), []);
};

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields',
  record: 'names with fields',
};

const kind = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'fields';
  return JSON.stringify(value).slice(0, 80);
};

const say = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}, found ${kind(issue.input)}`;
    case 'invalid_value':
      return `${kind(issue.input)} is none of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'the text is empty';
      return issue.origin === 'array'
        ? 'the list is empty'
        : `${kind(issue.input)} is less than ${issue.minimum}`;
    case 'too_big':
      return `it is more than ${issue.maximum}`;
    default:
      return issue.message;
  }
};

const explainIssue = (
  schema: z.ZodType,
  issue: Issue,
  around: FieldPath,
): { path: FieldPath; message: string; remedy: string }[] => {
  const path = [...around, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, path);
    return issue.keys.slice(0, MAX_UNKNOWN).map((key) => {
      const meant = suggest(key, known);
      return {
        path: [...path, key],
        message: `unknown field "${key}"`,
        remedy: meant ? `Did you mean "${meant}"?` : `Known here: ${known.join(', ')}.`,
      };
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors);
    const deep = branch.filter((inner) => inner.path.length > 0 || inner.code !== 'invalid_type');
    if (deep.length > 0) return deep.flatMap((inner) => explainIssue(schema, inner, path));
    return [
      { path, message: `${issue.message}, found ${kind(issue.input)}`, remedy: remedyFor(schema, path) },
    ];
  }
  if (issue.code === 'invalid_key') {
    const inner = issue.issues[0];
    return [
      {
        path,
        message: inner?.message ?? issue.message,
        remedy: 'Use small letters, digits and hyphens, a letter first, at most 63 characters.',
      },
    ];
  }
  const params = issue.code === 'custom' ? (issue.params as { remedy?: string } | undefined) : undefined;
  const isName = issue.code === 'invalid_format' && /is not a name/.test(issue.message);
  const shape = isName
    ? 'Use small letters, digits and hyphens, a letter first.'
    : issue.code === 'invalid_format' && 'Take it out.';
  const meant =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? suggest(issue.input, issue.values.map(String))
      : undefined;
  return [
    {
      path,
      message: say(issue),
      remedy:
        params?.remedy ??
        (shape || undefined) ??
        (meant ? `Did you mean "${meant}"?` : remedyFor(schema, path)),
    },
  ];
};

/** What zod found wrong, in the words and places of the file, in the order of the file. */
export const schemaProblems = (
  schema: z.ZodType,
  error: z.ZodError,
  positions: Positions,
  renamed: (field: string) => string | undefined,
): ConfigProblem[] =>
  error.issues
    .flatMap((issue) => explainIssue(schema, issue, []))
    .map(({ path, message, remedy }): ConfigProblem => {
      const option = renamed(fieldName(path));
      const at = option ? undefined : positionNear(positions, path);
      return { line: at?.line, column: at?.column, field: option ?? fieldName(path), message, remedy };
    });

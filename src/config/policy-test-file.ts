import { isIP } from 'node:net';
import { z } from 'zod';
import { positionNear } from './positions.ts';
import { ConfigError } from './problems.ts';
import { readYaml } from './read-yaml.ts';
import { deadline } from './scalars-time.ts';
import { schemaProblems } from './schema-problems.ts';

/** An example as it stands in a test file; what it means is for whoever knows the apps. */
export interface PolicyExample {
  /** The roles of somebody, or `anonymous`; empty for somebody who is signed in without a role. */
  who: readonly string[] | 'anonymous';
  method: string;
  url: string;
  expected: string;
  /** Address of the client. */
  from: string | undefined;
  /** Milliseconds since the epoch. */
  at: number | undefined;
  /** The example as it was written. */
  text: string;
  line: number;
}

export interface PolicyTestFile {
  /** The configuration that the examples are about, as the file names it. */
  config: string | undefined;
  examples: readonly PolicyExample[];
}

const EXPECTED = ['allowed', 'refused', 'sign-in', 'mfa', 'fresh-mfa'] as const;

const expected = z.enum(EXPECTED);

const long = z.strictObject({
  who: z.string().meta({ description: 'Roles, "anonymous" or "nobody"', examples: ['analyst'] }),
  request: z
    .string()
    .meta({ description: 'Method and address', examples: ['GET https://sales.example.com/'] }),
  from: z
    .string()
    .refine((text) => isIP(text) !== 0, { error: 'expected an IP address' })
    .optional(),
  at: deadline().optional(),
  expect: expected.meta({
    description: `What has to become of it: ${EXPECTED.join(', ')}`,
    examples: ['refused'],
  }),
});

const testFileSchema = z.strictObject({
  config: z.string().min(1).max(4_096).optional(),
  tests: z
    .array(z.record(z.string().max(8_192), z.unknown()))
    .min(1)
    .max(100_000)
    .meta({
      description: 'Examples of who may and who may not',
      examples: [['analyst GET https://sales.example.com/admin: refused']],
    }),
});

const REMEDY =
  'Write WHO METHOD ADDRESS: OUTCOME, such as analyst GET https://sales.example.com/admin: refused.';

const whoOf = (text: string): PolicyExample['who'] => {
  if (text === 'anonymous') return 'anonymous';
  return text === 'nobody' ? [] : text.split(/[+,]/);
};

/**
 * Reads a file of policy examples (`gatehouse.test.yaml`). Unknown words, an empty list and malformed examples are
 * problems: a test that cannot fail tests nothing.
 * @throws {ConfigError} with every problem and its place.
 */
export const parsePolicyTests = (text: string, file: string): PolicyTestFile => {
  const { value, positions } = readYaml(text, file);
  const parsed = testFileSchema.safeParse(value ?? {}, { reportInput: true });
  if (!parsed.success) {
    throw new ConfigError(
      file,
      schemaProblems(testFileSchema, parsed.error, positions, () => undefined),
    );
  }
  const problems: ConfigError['problems'][number][] = [];
  const examples = parsed.data.tests.flatMap((entry, index): PolicyExample[] => {
    const path = ['tests', index];
    const at = positionNear(positions, path);
    const problem = (message: string, remedy: string) => {
      problems.push({ line: at?.line, column: at?.column, field: `tests[${index}]`, message, remedy });
      return [];
    };
    const keys = Object.keys(entry);
    const [key = ''] = keys;
    const isLong = keys.length !== 1;
    const split = /^(\S{1,512}) (\S.{1,8000})$/.exec(key);
    const fields = long.safeParse(
      isLong ? entry : { who: split?.[1] ?? '', request: split?.[2] ?? '', expect: entry[key] },
      { reportInput: true },
    );
    if (!fields.success) {
      const [first] = schemaProblems(long, fields.error, new Map(), () => undefined);
      return problem(`${first?.field}: ${first?.message}`, first?.remedy ?? REMEDY);
    }
    const request = /^([A-Z][A-Z0-9-]{0,31}) (\S{1,8000})$/.exec(fields.data.request);
    const who = whoOf(fields.data.who);
    if (!request || (Array.isArray(who) && who.some((role) => !/^[a-z][a-z0-9-]*$/.test(role)))) {
      return problem('it does not read as who, method and address', REMEDY);
    }
    const [, method = '', url = ''] = request;
    const { from, at: time, expect } = fields.data;
    return [
      {
        who,
        method,
        url,
        expected: expect,
        from,
        at: time,
        text: `${fields.data.who} ${fields.data.request}: ${expect}`,
        line: at?.line ?? 1,
      },
    ];
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
  return { config: parsed.data.config, examples };
};

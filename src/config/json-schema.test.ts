import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { configJsonSchema } from './json-schema.ts';
import { parseConfig } from './parse.ts';

const ROOT = join(import.meta.dirname, '../..');
const PUBLISHED = join(ROOT, 'docs/gatehouse.schema.json');
const EXAMPLES = join(ROOT, 'examples/config');

test('the published schema is the one of the code', () => {
  const text = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
  if (process.env['GATEHOUSE_WRITE_DOCS']) writeFileSync(PUBLISHED, text);
  assert.equal(
    readFileSync(PUBLISHED, 'utf8'),
    text,
    'run this test with GATEHOUSE_WRITE_DOCS=1 to write it',
  );
});

test('every field says what it is and shows an example', () => {
  const missing: string[] = [];
  const visit = (node: unknown, path: string): void => {
    const { properties, items, additionalProperties, anyOf } = node as Record<string, unknown>;
    for (const [key, value] of Object.entries(
      (properties ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const leaf = JSON.stringify(value).includes('"properties"') === false;
      if (!value['description']) missing.push(`${path}.${key}: description`);
      if (leaf && !value['examples'] && value['type'] !== 'object') missing.push(`${path}.${key}: example`);
      visit(value, `${path}.${key}`);
    }
    for (const inner of [items, additionalProperties, ...((anyOf as unknown[]) ?? [])]) {
      if (typeof inner === 'object' && inner !== null) visit(inner, `${path}[]`);
    }
  };
  visit(configJsonSchema(), '');
  assert.deepEqual(missing, []);
});

for (const name of readdirSync(EXAMPLES).filter(
  (file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'),
)) {
  test(`the example ${name} is accepted by the loader and by the published schema`, () => {
    const text = readFileSync(join(EXAMPLES, name), 'utf8');
    parseConfig(text, name);
    const schema = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0];
    z.fromJSONSchema(schema).parse(parse(text));
  });
}

test('the published schema refuses what the loader refuses by shape', () => {
  const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  for (const value of [{ lsten: 1 }, { apps: { a: { rules: [{ alow: [] }] } } }, { sessions: { idle: 5 } }]) {
    assert.equal(schema.safeParse(value).success, false, JSON.stringify(value));
  }
});

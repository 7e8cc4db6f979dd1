import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDING_SCHEMA_VERSION, type Finding } from '../../core/index.ts';
import { proposeShield } from './propose-shield.ts';
import { shieldSchema } from './shield.ts';

const finding = (
  sink: Finding['sink'],
  source: Partial<NonNullable<Finding['source']>> = {},
  code = '',
): Finding => {
  const place = { file: 'app.py', line: 1, column: 1, endLine: 1, endColumn: 2, code };
  return {
    version: FINDING_SCHEMA_VERSION,
    rule: 'py/sql-injection',
    title: 'SQL injection',
    cwe: [89],
    owasp: [],
    asvs: [],
    severity: 'high',
    confidence: 'confirmed',
    fingerprint: 'a'.repeat(32),
    place,
    message: '',
    why: '',
    fix: { text: '' },
    path: [{ ...place, why: '' }],
    source: {
      framework: 'flask',
      route: '/x',
      methods: ['POST'],
      parameter: { in: 'query', name: 'id' },
      ...source,
    },
    sink,
  };
};

const propose = (made: Finding) => proposeShield(made, { app: 'app', hosts: ['API.example.com'] });

test('the check is the tightest that sink and position allow', () => {
  const kinds = (
    [
      [{ kind: 'sql', name: 'x', position: 'expression' }, 'number'],
      [{ kind: 'sql', name: 'x', position: 'quoted' }, 'quoted-text'],
      [{ kind: 'sql', name: 'x', position: 'identifier' }, 'name'],
      [{ kind: 'deserialize', name: 'pickle.loads' }, 'plain-pickle'],
      [{ kind: 'deserialize', name: 'yaml.load' }, 'plain-yaml'],
      [{ kind: 'deserialize', name: 'marshal.loads' }, 'nothing'],
      [{ kind: 'url', name: 'x' }, 'hosts'],
    ] as const
  ).map(([sink, kind]) => {
    const made = propose(finding(sink));
    assert.ok('shield' in made);
    assert.deepEqual(shieldSchema.parse(made.shield), made.shield);
    return [made.shield.check.kind, kind];
  });
  for (const [is, wanted] of kinds) assert.equal(is, wanted);
});

test('the keys of a JSON body are those that the code goes down', () => {
  const code = 'x = "…" % asked["filter"].get("state", "")["name"]';
  const made = propose(
    finding({ kind: 'sql', name: 'x' }, { parameter: { in: 'body', name: 'filter' } }, code),
  );
  assert.ok('shield' in made);
  assert.deepEqual(made.shield.parameter.path, ['filter', 'state', 'name']);
});

test('without a route, a parameter of a request or a known sink there is no shield, and why', () => {
  const { source: _, ...local } = finding({ kind: 'sql', name: 'x' });
  assert.deepEqual(propose(local), { refused: 'it is not about what a request brings' });
  assert.deepEqual(propose(finding({ kind: 'sql', name: 'x' }, { route: null })), {
    refused: 'the scan does not know its route',
  });
  assert.ok('refused' in propose(finding({ kind: 'session', name: 'x' })));
  assert.ok(
    'refused' in propose(finding({ kind: 'sql', name: 'x' }, { parameter: { in: 'message', name: null } })),
  );
});

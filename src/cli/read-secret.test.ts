import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSecret } from './read-secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-secret-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string, mode = 0o600): { kind: 'file'; path: string } => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return { kind: 'file', path };
};

test('a secret comes from a file or a variable, without its line end', () => {
  assert.equal(readSecret(file('good', 'between stones\n')), 'between stones');
  assert.equal(readSecret({ kind: 'env', name: 'PLACE' }, { PLACE: 'between stones' }), 'between stones');
});

test('a secret that is missing, empty, too long or open to others is refused, without its text', () => {
  const places = [
    { kind: 'env', name: 'ABSENT' } as const,
    { kind: 'file', path: join(folder, 'absent') } as const,
    file('empty', '\n'),
    file('open', 'between stones', 0o644),
    file('long', 'x'.repeat(9_000)),
  ];
  for (const place of places) {
    assert.throws(
      () => readSecret(place, {}),
      (error: Error & { code?: string; remedy?: string }) => {
        assert.equal(error.code, 'secret-unreadable');
        assert.ok(error.remedy);
        assert.doesNotMatch(error.message, /between stones/);
        return true;
      },
    );
  }
});

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';

const SRC = resolve(import.meta.dirname, '../src');

/** Which room may import which: narrower than it could be on purpose; a wider one needs a decision in docs/decisions. */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  config: ['core'],
  store: ['core', 'config'],
  vault: ['core', 'config', 'store'],
  audit: ['core', 'config', 'store', 'vault'],
  identity: ['core', 'config', 'store', 'vault', 'audit'],
  access: ['core', 'config'],
  scan: ['core'],
  gate: ['core', 'config', 'vault', 'audit', 'identity', 'access'],
  wire: ['core', 'config', 'audit', 'identity', 'access'],
  run: ['core', 'config', 'vault', 'audit', 'gate'],
  probe: ['core', 'config'],
  portal: ['core', 'config', 'vault', 'audit', 'identity', 'access', 'scan'],
  cli: [
    'core',
    'config',
    'store',
    'vault',
    'audit',
    'identity',
    'access',
    'scan',
    'gate',
    'wire',
    'run',
    'probe',
    'portal',
  ],
};

interface Import {
  from: string;
  to: string;
  fromRoom: string;
  toRoom: string;
}

const imports = (): Import[] => {
  const found: Import[] = [];
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    for (const match of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)) {
      const target = resolve(dirname(file), match[1] ?? '');
      if (!target.startsWith(SRC + sep)) continue;
      const [from, to] = [relative(SRC, file), relative(SRC, target)];
      found.push({ from, to, fromRoom: from.split(sep)[0] ?? '', toRoom: to.split(sep)[0] ?? '' });
    }
  }
  return found;
};

test('every room stands in the table and has a door with a head comment', () => {
  for (const entry of readdirSync(SRC, { withFileTypes: true })) {
    assert.ok(entry.isDirectory() && ALLOWED[entry.name], `src/${entry.name} is not a room of the table`);
    if (entry.name === 'cli') continue;
    const door = join(SRC, entry.name, 'index.ts');
    assert.ok(existsSync(door), `room ${entry.name} has no index.ts`);
    assert.match(readFileSync(door, 'utf8'), /^\/\*\*/, `the door of ${entry.name} has no head comment`);
  }
});

test('rooms import only the rooms that the table allows', () => {
  const wrong = imports().filter(
    ({ fromRoom, toRoom }) => fromRoom !== toRoom && !ALLOWED[fromRoom]?.includes(toRoom),
  );
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test('outsiders import the door of a room, insiders never do', () => {
  const door = (path: string, room: string) => path === join(room, 'index.ts');
  const wrong = imports().filter(({ to, fromRoom, toRoom }) =>
    fromRoom === toRoom ? door(to, toRoom) : !door(to, toRoom),
  );
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

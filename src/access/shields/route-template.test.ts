import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRoute, matchRoute } from './route-template.ts';

const match = (route: string, path: string) => {
  const found = matchRoute(compileRoute(route), path);
  return found === undefined ? undefined : Object.fromEntries(found);
};

test('templates of Flask, Django and FastAPI give the decoded values of their parameters', () => {
  assert.deepEqual(match('/users/<int:id>', '/users/7'), { id: '7' });
  assert.deepEqual(match('/authors/<str:name>/', "/authors/O'Hara%20x/"), { name: "O'Hara x" });
  assert.deepEqual(match('/items/{id}/raw', '/items/a%27b/raw'), { id: "a'b" });
  assert.deepEqual(match('/', '/'), {});
  assert.equal(match('/users/<id>', '/users'), undefined);
  assert.equal(match('/users/<id>', '/users/7/edit'), undefined);
});

test('a parameter that takes the rest takes all of a long path', () => {
  assert.deepEqual(match('/files/<path:name>', '/files/a/b/c'), { name: 'a/b/c' });
  const long = Array(500).fill('a').join('/');
  assert.deepEqual(match('/files/{name:path}', `/files/${long}`), { name: long });
  assert.deepEqual(match('/x/<path:a>/end', '/x/1/2/end'), { a: '1/2' });
});

test('case, a slash at the end and escapes make no difference', () => {
  for (const path of ['/notes', '/notes/', '/NOTES', '/%6eotes']) assert.ok(match('/notes/', path), path);
});

test('what is not understood matches more, never less', () => {
  assert.deepEqual(match(String.raw`/docs/(?P<id>\d+)/$`, '/docs/7'), {});
  assert.deepEqual(match('/a/<path:x>/<path:y>', '/a/1/2/3'), { x: '1/2/3' });
});

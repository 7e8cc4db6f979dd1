import assert from 'node:assert/strict';
import { connect, createServer } from 'node:http2';
import { test } from 'node:test';
import { responseHead } from './response-headers.ts';

test('hop-by-hop fields and those that Connection names end here, in whatever case', () => {
  const head = responseHead(200, [
    'Connection',
    'X-Secret',
    'x-secret',
    '1',
    'Transfer-Encoding',
    'chunked',
    'X-Open',
    '2',
  ]);
  assert.deepEqual(head.flat(), ['x-open', '2']);
});

test('a field that stands once keeps its first value, and the others all of theirs', () => {
  const head = responseHead(200, [
    'Date',
    'one',
    'Set-Cookie',
    'a=1',
    'DATE',
    'two',
    'set-cookie',
    'b=2',
    'Vary',
    'A',
    'Vary',
    'B',
  ]);
  assert.deepEqual(head.get('date'), 'one');
  assert.deepEqual(head.getAll('set-cookie'), ['a=1', 'b=2']);
  assert.deepEqual(head.getAll('vary'), ['A', 'B']);
});

test('no field that HTTP/2 refuses to carry twice is left twice', async () => {
  const names =
    'age content-encoding content-length content-type date etag expires last-modified location retry-after'.split(
      ' ',
    );
  const server = createServer((_request, response) => {
    const head = responseHead(
      200,
      names.flatMap((name) => [name, '0', name, '0']),
    );
    response.writeHead(204, Object.fromEntries(names.map((name) => [name, head.getAll(name)])));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const client = connect(
    `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
  );
  try {
    const request = client.request({ ':path': '/' });
    const status = await new Promise((resolve, reject) => {
      request.once('response', (headers) => resolve(headers[':status']));
      request.once('error', reject);
    });
    assert.equal(status, 204);
  } finally {
    client.close();
    server.close();
  }
});

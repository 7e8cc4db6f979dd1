import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { after, describe, test } from 'node:test';
import type { SecurityEvent } from '../../core/index.ts';
import { breachCheck, rangeAddress } from './breached-passwords.ts';

const BREACHED = 'violet tram over salt';
const HASH = createHash('sha1').update(BREACHED).digest('hex').toUpperCase();

describe('passwords known from breaches', () => {
  const servers: { close(): void }[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  const service = async (listener: RequestListener) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers['add-padding']}`);
      listener(request, response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const events: SecurityEvent[] = [];
    const sink = { record: async (event: SecurityEvent) => void events.push(event) };
    const url = `http://127.0.0.1:${address.port}/range`;
    return { asked, events, url, check: breachCheck({ url, timeout: 2_000 }, sink) };
  };

  const lines = (...found: string[]): string =>
    [`${'0'.repeat(35)}:12`, ...found, `${'F'.repeat(35)}:0`].join('\r\n');

  test('only five characters of a hash leave the machine, and a password that was seen is refused', async () => {
    const { asked, check, events } = await service((_, response) =>
      response.end(lines(`${HASH.slice(5)}:3`)),
    );
    assert.deepEqual(
      (await check(BREACHED)).map(({ kind }) => kind),
      ['breached'],
    );
    assert.deepEqual(await check('another sentence entirely'), []);
    assert.equal(asked[0], `/range/${HASH.slice(0, 5)} true`);
    assert.ok(asked.every((line) => /^\/range\/[0-9A-F]{5} true$/.test(line)));
    assert.deepEqual(events, []);
  });

  test('a line of padding is no breach', async () => {
    const { check } = await service((_, response) => response.end(lines(`${HASH.slice(5)}:0`)));
    assert.deepEqual(await check(BREACHED), []);
  });

  const faults: [string, RequestListener][] = [
    ['an error', (_, response) => response.writeHead(503).end('down')],
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['a page', (_, response) => response.end('<html>')],
    ['nothing', (_, response) => response.end()],
    ['silence', () => undefined],
    ['a cut connection', (request) => request.socket.destroy()],
    ['more than it may', (_, response) => response.end(`${HASH.slice(5)}:3\r\n`.repeat(60_000))],
  ];
  for (const [name, listener] of faults) {
    test(`a service that answers with ${name} lets the password pass, and the log says so`, async () => {
      const { check, events } = await service(listener);
      const began = performance.now();
      assert.deepEqual(await check(BREACHED), []);
      assert.ok(performance.now() - began < 3_000);
      assert.equal(events.length, 1);
      assert.equal(events[0]?.type, 'password.unchecked');
      assert.ok(
        !JSON.stringify(events).includes(BREACHED) && !JSON.stringify(events).includes(HASH.slice(5)),
      );
    });
  }

  test('without an address nothing is asked, and one that is not https is refused', async () => {
    const none = breachCheck(undefined, { record: () => Promise.reject(new TypeError('asked')) });
    assert.deepEqual(await none(BREACHED), []);
    for (const url of ['http://example.com/range/', 'ftp://x', 'nonsense', '']) {
      assert.throws(() => rangeAddress(url), { code: 'setting-invalid' }, url);
    }
    assert.equal(rangeAddress('https://api.example.com/range'), 'https://api.example.com/range/');
  });
});

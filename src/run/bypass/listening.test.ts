import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listenersAt, listenersOf, parseLsof, parseProcNet } from './listening.ts';

test('tables of /proc/net are read in both families, listening sockets only', () => {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const rest = '00000000:00000000 00:00000000 00000000  1000        0';
  assert.deepEqual(
    parseProcNet(
      `${head}   0: 0100007F:20FB 00000000:0000 0A ${rest} 11 1\n   1: 00000000:1F90 00000000:0000 0A ${rest} 12 1\n   2: 0100007F:20FB 0100007F:D431 01 ${rest} 13 1\n`,
    ),
    [
      { inode: '11', address: '127.0.0.1', port: 8443, uid: 1000 },
      { inode: '12', address: '0.0.0.0', port: 8080, uid: 1000 },
    ],
  );
  assert.deepEqual(
    parseProcNet(
      `${head}   0: 00000000000000000000000001000000:0050 0:0 0A ${rest} 1 1\n   1: 00000000000000000000000000000000:0050 0:0 0A ${rest} 2 1\n   2: B80D01200000000000000000EFBE0000:0050 0:0 0A ${rest} 3 1\n   3: 0000000000000000FFFF00000100007F:0050 0:0 0A ${rest} 4 1\n`,
    ).map(({ address }) => address),
    ['::1', '::', '2001:db8::beef', '127.0.0.1'],
  );
});

test('the output of lsof is read, with the process before its sockets', () => {
  assert.deepEqual(parseLsof('p12\nf3\nn127.0.0.1:8501\nf4\nn*:9000\np13\nf5\nn[::1]:80\n'), [
    { address: '127.0.0.1', port: 8501, pid: 12, uid: undefined },
    { address: '0.0.0.0', port: 9000, pid: 12, uid: undefined },
    { address: '::1', port: 80, pid: 13, uid: undefined },
  ]);
});

test('a socket of this process is found by process and by port', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    assert.ok(listenersOf([process.pid]).some((one) => one.port === port && one.address === '127.0.0.1'));
    assert.deepEqual(
      listenersAt(port).map((one) => one.address),
      ['127.0.0.1'],
    );
  } finally {
    server.close();
  }
});

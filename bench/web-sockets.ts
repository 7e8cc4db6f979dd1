import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Target, TargetName } from './targets.ts';
import { usageOf } from './usage.ts';

const AT_ONCE = 50;
const SETTLE = 1_500;
const WATCHED = 3_000;

export interface IdleSockets {
  name: TargetName;
  opened: number;
  /** Seconds until all were open. */
  seconds: number;
  /** Bytes of memory that one socket costs. */
  bytesEach: number;
  /** Milliseconds until the slowest of all sockets has its message back, sent at once after the rest. */
  slowestEcho: number;
  /** Part of one processor that the idle sockets use. */
  idleCpu: number;
}

const openOne = async (url: string, headers: Target['headers']): Promise<WebSocket> => {
  // The certificate is that of a local authority and not what is measured here.
  const socket = new WebSocket(url, {
    headers,
    origin: new URL(url).origin.replace(/^ws/, 'http'),
    perMessageDeflate: false,
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  return socket;
};

/** Opens `count` WebSockets through a target and lets them rest. */
export const measureIdleSockets = async (target: Target, count: number): Promise<IdleSockets> => {
  const origin = target.secure ?? target.plain ?? '';
  const url = `${origin.replace(/^http/, 'ws')}/live`;
  const sockets: WebSocket[] = [];
  await sleep(SETTLE);
  const before = usageOf(target.pid);
  const started = performance.now();
  while (sockets.length < count) {
    const batch = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => openOne(url, target.headers)))));
  }
  const seconds = (performance.now() - started) / 1_000;
  await sleep(SETTLE);
  const resting = usageOf(target.pid);
  await sleep(WATCHED);
  const rested = usageOf(target.pid);
  const asked = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const echoed = once(socket, 'message');
      socket.send('are you there?');
      await echoed;
    }),
  );
  const slowestEcho = performance.now() - asked;
  for (const socket of sockets) socket.terminate();
  return {
    name: target.name,
    opened: sockets.length,
    seconds,
    bytesEach: (resting.resident - before.resident) / count,
    slowestEcho,
    idleCpu: (rested.cpu - resting.cpu) / (WATCHED * 1_000),
  };
};

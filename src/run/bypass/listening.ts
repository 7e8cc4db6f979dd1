import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A TCP socket that waits for connections. */
export interface Listener {
  /** `0.0.0.0` or `::` for all addresses. */
  address: string;
  port: number;
  /** Undefined where the system does not say. */
  pid: number | undefined;
  /** Account that opened it; undefined where the system does not say. */
  uid: number | undefined;
}

/** The state LISTEN in /proc/net/tcp (include/net/tcp_states.h). */
const LISTEN = '0A';

// The kernel prints each 32-bit word of the address in the byte order of the machine: little endian wherever Node runs.
const addressOf = (hex: string): string => {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return bytes.slice(12).join('.');
  // The URL parser knows the shortest spelling (RFC 5952).
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
};

/** The listening sockets of a table as /proc/net/tcp and tcp6 write it, by inode. */
export const parseProcNet = (
  table: string,
): { inode: string; address: string; port: number; uid: number }[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => {
      const [hex, port] = (fields[1] ?? '').split(':');
      return {
        inode: fields[9] ?? '',
        address: addressOf(hex ?? ''),
        port: Number.parseInt(port ?? '', 16),
        uid: Number(fields[7]),
      };
    });

/** The output of `lsof -nP -iTCP -sTCP:LISTEN -Fpn`: a line `p` for a process, then a line `n` for each socket. */
export const parseLsof = (output: string): Listener[] => {
  const found: Listener[] = [];
  let pid: number | undefined;
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const match = line.match(/^n(.*):(\d+)$/);
    if (match === null) continue;
    const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
    found.push({ address: host === '*' ? '0.0.0.0' : host, port: Number(match[2]), pid, uid: undefined });
  }
  return found;
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const socketsOf = (pid: number): Set<string> => {
  const inodes = new Set<string>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = readlink(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  } catch {
    // The process has ended, or belongs to somebody else.
  }
  return inodes;
};

const readlink = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const lsof = (): Listener[] => {
  try {
    return parseLsof(
      execFileSync('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpn'], { encoding: 'utf8', timeout: 10_000 }),
    );
  } catch {
    return [];
  }
};

/** The sockets on which these processes wait for connections, in their own network namespace. */
export const listenersOf = (pids: readonly number[]): Listener[] => {
  if (process.platform !== 'linux')
    return lsof().filter(({ pid }) => pid !== undefined && pids.includes(pid));
  return pids.flatMap((pid) => {
    const inodes = socketsOf(pid);
    if (inodes.size === 0) return [];
    return ['tcp', 'tcp6']
      .flatMap((table) => parseProcNet(readText(`/proc/${pid}/net/${table}`)))
      .filter(({ inode }) => inodes.has(inode))
      .map(({ address, port, uid }) => ({ address, port, pid, uid }));
  });
};

/** Everything on this machine that waits for connections at `port`, whoever it belongs to. */
export const listenersAt = (port: number): Listener[] => {
  if (process.platform !== 'linux') return lsof().filter((listener) => listener.port === port);
  return ['tcp', 'tcp6']
    .flatMap((table) => parseProcNet(readText(`/proc/net/${table}`)))
    .filter((listener) => listener.port === port)
    .map(({ address, uid }) => ({ address, port, pid: undefined, uid }));
};

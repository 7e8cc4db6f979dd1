import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A server for tests, on loopback, stopped by its process. */
export interface TestServer {
  url: string;
  stop(): Promise<void>;
}

export interface TestPostgres extends TestServer {
  /** Address of a new, empty database. */
  database(): Promise<string>;
}

const DEBIAN = '/usr/lib/postgresql';

const postgresFolder = (): string | undefined => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
};

/** Why PostgreSQL cannot be tested here; false when it can. For `skip`. */
export const noPostgres: string | false =
  postgresFolder() === undefined ? 'PostgreSQL is not installed (Debian: postgresql)' : false;

/** Why Redis cannot be tested here; false when it can. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).error === undefined
    ? false
    : 'Redis is not installed (Debian: redis-server)';

// initdb and postgres refuse to run as root.
const ordinaryUser = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(found?.[2]), gid: Number(found?.[3]) };
};

const stopped = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
};

const until = async (works: () => Promise<unknown>, child: ChildProcess): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await works();
      return;
    } catch (error) {
      if (attempt === 200 || child.exitCode !== null) throw error;
      await wait(50);
    }
  }
};

export const startPostgres = async (): Promise<TestPostgres> => {
  const bin = postgresFolder() ?? '';
  const user = ordinaryUser();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'gatehouse',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
    ],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new TypeError(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...options,
      stdio: 'ignore',
    },
  );
  const address = (database: string) => `postgres://gatehouse:${password}@127.0.0.1:${port}/${database}`;
  const query = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: address('postgres') });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await until(() => query('select 1'), child);
  let databases = 0;
  return {
    url: address('postgres'),
    database: async () => {
      const name = `test_${++databases}`;
      await query(`create database ${name}`);
      return address(name);
    },
    stop: async () => {
      await stopped(child, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const startRedis = async (): Promise<TestServer> => {
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', settings, { cwd: tmpdir(), stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  await until(async () => {
    const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    probe.on('error', () => undefined);
    await probe.connect();
    probe.disconnect();
  }, child);
  return { url, stop: () => stopped(child, 'SIGTERM') };
};

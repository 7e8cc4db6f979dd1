import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { GatehouseError, parseJson } from '../core/index.ts';
import { OWNER_FILES } from './data-directory.ts';
import { toStoreError } from './store-error.ts';
import { ByteReader, readTarHeader, TAR_END, tarHeader, tarPadding } from './tar.ts';

const MANIFEST = 'manifest.json';
const MANIFEST_LIMIT = 16 * 1_048_576;
const FORMAT = 1;

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  createdAt: z.string(),
  files: z.record(z.string(), z.object({ size: z.int().nonnegative(), sha256: z.string() })),
});

export type BackupManifest = z.infer<typeof manifestSchema>;

const invalid = (why: string): GatehouseError =>
  new GatehouseError('backup-invalid', `the backup is damaged: ${why}`, {
    remedy: 'Use another backup. Nothing was restored.',
  });

const notEmpty = (what: string): GatehouseError =>
  new GatehouseError('data-not-empty', `${what} exists already and is not overwritten`, {
    remedy: 'Name another place, or move away what is there.',
  });

const exists = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined)) !== undefined;

const isSqlite = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 16 && buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await handle.close();
  }
};

const isLeftOut = (path: string): boolean =>
  OWNER_FILES.includes(path) || /-(?:wal|shm|journal)$/.test(path) || path.endsWith('.sock');

const filesOf = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !isLeftOut(path))
    .sort();
};

/** A copy of a database as it stands at one moment, however much is written meanwhile. */
const snapshot = async (file: string, copy: string): Promise<void> => {
  const source = new DatabaseSync(file, { timeout: 5_000 });
  try {
    await backup(source, copy);
  } finally {
    source.close();
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
};

class ArchiveWriter {
  readonly #gzip = createGzip({ level: 6 });
  readonly #done: Promise<void>;
  readonly files: BackupManifest['files'] = {};

  constructor(file: string) {
    this.#done = pipeline(this.#gzip, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
    // Reported by `finish`; until then a broken pipe must not end the process.
    this.#done.catch(() => undefined);
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#gzip.destroyed) await this.#done;
    if (!this.#gzip.write(bytes)) await Promise.race([once(this.#gzip, 'drain'), this.#done]);
  }

  /** Adds the first `size` bytes: what is appended to a log meanwhile comes with the next backup. */
  async add(path: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
    await this.#write(tarHeader({ path, size }));
    const hash = createHash('sha256');
    let written = 0;
    for await (const chunk of content) {
      hash.update(chunk);
      written += chunk.length;
      await this.#write(chunk);
    }
    if (written !== size) throw invalid(`${path} was cut while it was read`);
    await this.#write(tarPadding(size));
    this.files[path] = { size, sha256: hash.digest('hex') };
  }

  async finish(manifest: BackupManifest): Promise<void> {
    const text = Buffer.from(JSON.stringify(manifest, undefined, 1));
    await this.#write(tarHeader({ path: MANIFEST, size: text.length }));
    await this.#write(text);
    await this.#write(tarPadding(text.length));
    await this.#write(TAR_END);
    this.#gzip.end();
    await this.#done;
  }

  destroy(): void {
    this.#gzip.destroy();
  }
}

/**
 * Writes a data directory into one `.tar.gz` with mode 0600, also while the gate runs: databases as they stand at one
 * moment first, then the rest, so that the log is never older than the data. The master key is in it, so it has to be
 * kept like one. Data in PostgreSQL is not in it.
 * @throws {GatehouseError} `data-not-empty` when `file` exists, `disk-full`, `store-…`; no partial file is left.
 */
export const backupData = async (directory: string, file: string): Promise<BackupManifest> => {
  const partial = `${file}.partial`;
  let writer: ArchiveWriter | undefined;
  let scratch: string | undefined;
  try {
    if (await exists(file)) throw notEmpty(file);
    await rm(partial, { force: true });
    scratch = await mkdtemp(join(dirname(file), '.gatehouse-backup-'));
    writer = new ArchiveWriter(partial);
    const paths = await filesOf(directory);
    const databases = new Set<string>();
    for (const path of paths) {
      if ((await exists(join(directory, path))) && (await isSqlite(join(directory, path))))
        databases.add(path);
    }
    for (const path of [...databases, ...paths.filter((other) => !databases.has(other))]) {
      const copy = join(scratch, 'copy');
      // What is gone since the list was made was not data.
      if (!(await exists(join(directory, path)))) continue;
      if (databases.has(path)) await snapshot(join(directory, path), copy);
      const source = databases.has(path) ? copy : join(directory, path);
      const { size } = await stat(source);
      const content = size === 0 ? emptyContent() : createReadStream(source, { end: size - 1 });
      await writer.add(path, size, content);
      await rm(copy, { force: true });
    }
    const manifest = { format: FORMAT, createdAt: new Date().toISOString(), files: writer.files } as const;
    await writer.finish(manifest);
    await rename(partial, file);
    await syncDirectory(dirname(file));
    return manifest;
  } catch (error) {
    writer?.destroy();
    await rm(partial, { force: true });
    throw toStoreError(error);
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
};

async function* emptyContent(): AsyncGenerator<Buffer> {}

const unpack = async (reader: ByteReader, directory: string): Promise<BackupManifest['files']> => {
  const found: BackupManifest['files'] = {};
  for (;;) {
    const entry = readTarHeader(await reader.header());
    if (entry === undefined) throw invalid('its list of files is missing');
    const { path, size } = entry;
    if (path === MANIFEST) {
      if (size > MANIFEST_LIMIT) throw invalid('its list of files is too long');
      const text = (await reader.exactly(size)).toString('utf8');
      checkManifest(text, found);
      return found;
    }
    if (found[path] !== undefined) throw invalid(`${path} is in it twice`);
    await mkdir(dirname(join(directory, path)), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    const handle = await open(join(directory, path), 'wx', 0o600);
    try {
      for await (const piece of reader.pieces(size)) {
        hash.update(piece);
        await handle.writeFile(piece);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await reader.exactly(tarPadding(size).length);
    found[path] = { size, sha256: hash.digest('hex') };
  }
};

const checkManifest = (text: string, found: BackupManifest['files']): void => {
  const result = manifestSchema.safeParse(parseJson(text, { maxLength: MANIFEST_LIMIT }));
  if (!result.success) throw invalid('its list of files is not one of ours');
  const { files } = result.data;
  const paths = new Set([...Object.keys(files), ...Object.keys(found)]);
  for (const path of paths) {
    const same = files[path]?.sha256 === found[path]?.sha256 && files[path]?.size === found[path]?.size;
    if (!same) throw invalid(`${path} is not what was backed up`);
  }
};

/**
 * What was given out before the backup and taken back after it must not be worth something again: sessions, sign-ins on
 * their way, hand-overs and one-time links are dropped, and everybody signs in anew.
 */
const dropTickets = (database: DatabaseSync): void => {
  const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
  const names = new Set(tables.map(({ name }) => name));
  for (const table of ['hand_offs', 'sign_ins', 'links', 'sessions']) {
    if (names.has(table)) database.exec(`delete from ${table}`);
  }
};

const takeOverDatabases = async (directory: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    if (!(await isSqlite(join(directory, path)))) continue;
    const database = new DatabaseSync(join(directory, path));
    try {
      const verdict = database.prepare('pragma integrity_check(1)').get()?.['integrity_check'];
      if (verdict !== 'ok') throw invalid(`${path} is a damaged database`);
      dropTickets(database);
    } finally {
      database.close();
    }
  }
};

const isGzipError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

/**
 * Brings a backup back into a directory that is empty or does not exist. Everything is unpacked and checked beside it
 * first and put in place with one rename: either all of it is there or nothing. Sessions and links do not come back.
 * @throws {GatehouseError} `data-not-empty`, `backup-invalid`, `disk-full`, `store-read-only`.
 */
export const restoreData = async (file: string, directory: string): Promise<BackupManifest['files']> => {
  let scratch: string | undefined;
  try {
    const present = await readdir(directory).catch(() => undefined);
    if (present !== undefined && present.length > 0) throw notEmpty(directory);
    await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
    scratch = await mkdtemp(`${directory}.restoring-`);
    await chmod(scratch, 0o700);
    const gunzip = createGunzip();
    const reading = pipeline(createReadStream(file), gunzip);
    reading.catch(() => undefined);
    const files = await unpack(new ByteReader(gunzip), scratch);
    gunzip.destroy();
    await takeOverDatabases(scratch, Object.keys(files));
    await syncDirectory(scratch);
    if (present !== undefined) await rmdir(directory);
    await rename(scratch, directory);
    await syncDirectory(dirname(directory));
    return files;
  } catch (error) {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
    throw isGzipError(error) ? invalid('it is cut or not a gzip file') : toStoreError(error);
  }
};

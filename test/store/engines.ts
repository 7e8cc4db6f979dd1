import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { noPostgres, startPostgres, type TestPostgres } from './servers.ts';

/** A place for one test's data. */
export interface TestPlace {
  /** For `openStore`; every call of `fresh` gives another, empty database. */
  url: string;
  /** A folder of its own, for keys. */
  directory: string;
}

export interface Engine {
  name: 'sqlite' | 'postgres';
  fresh(): Promise<TestPlace>;
}

/** Makes folders and takes them away again when the suite ends. */
export const temporaryFolders = (): (() => string) => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
    folders.push(folder);
    return folder;
  };
};

let server: Promise<TestPostgres> | undefined;
after(async () => (await server)?.stop());

/** Runs a suite on both engines; all suites of a file share one PostgreSQL. */
export const onBothEngines = (title: string, suite: (engine: Engine) => void): void => {
  describe(`${title} on SQLite`, () => {
    const folder = temporaryFolders();
    const fresh = async () => {
      const directory = folder();
      return { directory, url: join(directory, 'gatehouse.db') };
    };
    suite({ name: 'sqlite', fresh });
  });

  describe(`${title} on PostgreSQL`, { skip: noPostgres }, () => {
    const folder = temporaryFolders();
    const fresh = async () => {
      server ??= startPostgres();
      return { directory: folder(), url: await (await server).database() };
    };
    suite({ name: 'postgres', fresh });
  });
};

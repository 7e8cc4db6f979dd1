import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type ErrorCode, isGatehouseError } from '../../src/core/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { onBothEngines, temporaryFolders } from './engines.ts';
import { freePort } from './free-port.ts';

const DOOR = join(import.meta.dirname, '../../src/store/index.ts');

const noSmallDisk =
  spawnSync('unshare', ['-rm', 'true']).status === 0 ? false : 'needs a name space of its own (unshare)';

const coded = (code: ErrorCode) => (error: unknown) => {
  assert.ok(isGatehouseError(error, code), `expected ${code}, got ${String(error)}`);
  assert.ok(error.remedy, `${code} says what to do`);
  return true;
};

const addPerson = (store: Pick<Store, 'db'>, id: string, index = id) =>
  store.db
    .insertInto('people')
    .values({
      id,
      name_index: Buffer.from(index),
      sealed_profile: Buffer.from([0, 1, 2, 255]),
      disabled: 0,
      created_at: 1_767_225_600_123,
      last_sign_in_at: null,
    })
    .execute();

onBothEngines('the store', (engine) => {
  const opened = async (): Promise<Store> => openStore({ url: (await engine.fresh()).url });

  test('what was written is read back the same: bytes, times beyond 32 bits, nothing', async () => {
    const store = await opened();
    await addPerson(store, 'per_1');
    const row = await store.db.selectFrom('people').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([...row.sealed_profile], [0, 1, 2, 255]);
    assert.equal(row.created_at, 1_767_225_600_123);
    assert.equal(row.last_sign_in_at, null);
    await store.close();
  });

  test('opening again changes nothing, and several that open at once agree', async () => {
    const { url } = await engine.fresh();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ url })));
    const [first] = stores;
    assert.ok(first);
    const versions = await first.db.selectFrom('schema_versions').select('version').execute();
    assert.deepEqual(
      versions.map(({ version }) => version),
      versions.map((_, index) => index + 1),
    );
    for (const store of stores) await store.close();
  });

  test('a database that a newer Gatehouse has changed is refused untouched', async () => {
    const { url } = await engine.fresh();
    const store = await openStore({ url });
    await store.db
      .insertInto('schema_versions')
      .values({ version: 9_999, name: 'from the future', applied_at: 0 })
      .execute();
    await store.close();
    await assert.rejects(openStore({ url }), coded('store-newer'));
  });

  test('a transaction that throws leaves nothing behind', async () => {
    const store = await opened();
    await assert.rejects(
      store.transaction(async (tx) => {
        await addPerson({ db: tx }, 'per_1');
        throw new TypeError('changed my mind');
      }),
      TypeError,
    );
    assert.deepEqual(await store.db.selectFrom('people').select('id').execute(), []);
    await store.close();
  });

  test('a value that has to be unique and is not is a store-conflict', async () => {
    const store = await opened();
    await addPerson(store, 'per_1', 'ana');
    await assert.rejects(addPerson(store, 'per_2', 'ana'), coded('store-conflict'));
    await store.close();
  });

  test('what hangs on a person goes with the person', async () => {
    const store = await opened();
    await addPerson(store, 'per_1');
    await store.db.insertInto('person_roles').values({ person_id: 'per_1', role: 'admin' }).execute();
    await store.db.deleteFrom('people').where('id', '=', 'per_1').execute();
    assert.deepEqual(await store.db.selectFrom('person_roles').selectAll().execute(), []);
    await store.close();
  });

  test('parallel transactions that count up lose nothing', async () => {
    const { url } = await engine.fresh();
    const stores = [await openStore({ url }), await openStore({ url })];
    const raise = (store: Store) =>
      store.transaction(async (tx) => {
        const row = await tx
          .updateTable('epochs')
          .set(({ eb }) => ({ value: eb('value', '+', 1) }))
          .where('name', '=', 'ends')
          .returning('value')
          .executeTakeFirstOrThrow();
        return row.value;
      });
    const values = await Promise.all(
      Array.from({ length: 40 }, (_, index) => raise(stores[index % 2] as Store)),
    );
    assert.deepEqual(
      values.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    for (const store of stores) await store.close();
  });

  test('a lock that somebody else holds is store-locked after the time limit, and the store works on', async () => {
    const { url } = await engine.fresh();
    const holder = await openStore({ url });
    const waiter = await openStore({ url, timeout: 150 });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let taken = (): void => undefined;
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const bump = (store: Pick<Store, 'db'>) =>
      store.db.updateTable('epochs').set({ value: 7 }).where('name', '=', 'ends').execute();
    const holding = holder.transaction(async (tx) => {
      await bump({ db: tx });
      taken();
      await held;
    });
    await isTaken;
    await assert.rejects(bump(waiter), coded('store-locked'));
    release();
    await holding;
    await bump(waiter);
    await holder.close();
    await waiter.close();
  });

  if (engine.name === 'sqlite') return;

  test('two transactions that lock each other out both end, one of them after another try', async () => {
    const store = await opened();
    const crossing = (first: string, second: string) => {
      let tries = 0;
      return store.transaction(async (tx) => {
        tries++;
        const raise = (name: string) =>
          tx
            .updateTable('epochs')
            .set(({ eb }) => ({ value: eb('value', '+', 1) }))
            .where('name', '=', name)
            .execute();
        await raise(first);
        await sql`select pg_sleep(0.2)`.execute(tx);
        await raise(second);
        return tries;
      });
    };
    const tries = await Promise.all([crossing('ends', 'keys'), crossing('keys', 'ends')]);
    // Which of them gives way, and whether it meets the other once more, is the database's choice.
    assert.ok(Math.max(...tries) > 1, String(tries));
    const rows = await store.db
      .selectFrom('epochs')
      .select('value')
      .where('name', 'in', ['ends', 'keys'])
      .execute();
    assert.deepEqual(
      rows.map(({ value }) => value),
      [2, 2],
    );
    await store.close();
  });

  test('a connection that is cut in the middle of a transaction is store-unavailable, and the next one works', async () => {
    const store = await opened();
    await assert.rejects(
      store.transaction(async (tx) => {
        await addPerson({ db: tx }, 'per_1');
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(store.db);
        await addPerson({ db: tx }, 'per_2');
      }),
      coded('store-unavailable'),
    );
    assert.deepEqual(await store.db.selectFrom('people').select('id').execute(), []);
    await store.close();
  });
});

describe('an SQLite store', () => {
  const folder = temporaryFolders();
  const databaseIn = (directory: string) => join(directory, 'data', 'gatehouse.db');

  test('its folder is 0700 and every file of it 0600', async () => {
    const directory = folder();
    const store = await openStore({ url: databaseIn(directory) });
    await addPerson(store, 'per_1');
    assert.equal(statSync(join(directory, 'data')).mode & 0o777, 0o700);
    for (const suffix of ['', '-wal', '-shm']) {
      assert.equal(statSync(databaseIn(directory) + suffix).mode & 0o777, 0o600, suffix);
    }
    await store.close();
  });

  test('it writes ahead, syncs fully and keeps foreign keys', async () => {
    const store = await openStore({ url: databaseIn(folder()) });
    const pragma = async (name: string) => {
      const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(store.db);
      return Object.values(rows[0] ?? {})[0];
    };
    assert.equal(await pragma('journal_mode'), 'wal');
    assert.equal(await pragma('synchronous'), 2);
    assert.equal(await pragma('foreign_keys'), 1);
    await store.close();
  });

  test('a file that is something else is store-damaged and stays as it was', async () => {
    const directory = folder();
    const file = join(directory, 'notes.txt');
    writeFileSync(file, 'my only copy of the accounts');
    await assert.rejects(openStore({ url: file }), coded('store-damaged'));
    assert.equal(readFileSync(file, 'utf8'), 'my only copy of the accounts');
  });

  test('a database that was cut or overwritten in the middle is store-damaged', async () => {
    for (const damage of ['cut', 'overwritten'] as const) {
      const file = databaseIn(folder());
      const store = await openStore({ url: file });
      await store.transaction(async (tx) => {
        for (let i = 0; i < 300; i++) await addPerson({ db: tx }, `per_${i}`);
      });
      await store.close();
      const { size } = statSync(file);
      if (damage === 'cut') truncateSync(file, Math.floor(size / 2));
      else {
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 4_096, size - 4_096);
        writeFileSync(file, bytes);
      }
      await assert.rejects(openStore({ url: file }), coded('store-damaged'), damage);
    }
  });

  test('a full disk is disk-full, undoes the transaction, and the store goes on when there is room', async () => {
    const store = await openStore({ url: databaseIn(folder()) });
    await sql`pragma max_page_count = 60`.execute(store.db);
    const many = () =>
      store.transaction(async (tx) => {
        for (let i = 0; i < 3_000; i++) await addPerson({ db: tx }, `per_${i}`, `${i}`.padStart(64, 'x'));
      });
    await assert.rejects(many(), coded('disk-full'));
    assert.deepEqual(await store.db.selectFrom('people').select('id').execute(), []);
    await sql`pragma max_page_count = 1000000`.execute(store.db);
    await many();
    await store.close();
  });

  test('a real disk without room is disk-full and loses nothing', { skip: noSmallDisk }, async () => {
    const disk = folder();
    const script = `
      const { openStore } = await import(${JSON.stringify(DOOR)});
      const { isGatehouseError } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/core/index.ts'))});
      const store = await openStore({ url: ${JSON.stringify(join(disk, 'gatehouse.db'))} });
      const raise = (value) => store.db.updateTable('epochs').set({ value }).where('name', '=', 'ends').execute();
      await raise(1);
      const bulk = (n) => store.db.insertInto('signing_keys').values({ id: 'k' + n, purpose: 'p', status: 's',
        public_key: 'x'.repeat(100_000), sealed_private_key: Buffer.alloc(1), created_at: 0, retired_at: null }).execute();
      let code;
      for (let n = 0; n < 100 && code === undefined; n++) await bulk(n).catch((error) => { code = error.code; });
      const row = await store.db.selectFrom('epochs').select('value').where('name', '=', 'ends').executeTakeFirst();
      console.log(code, row.value);
      await store.close();`;
    const run = `mount -t tmpfs -o size=2m none "$1" && exec "$2" --input-type=module -e "$3"`;
    const child = spawn('unshare', ['-rm', 'sh', '-c', run, 'sh', disk, process.execPath, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    assert.equal(output.trim(), 'disk-full 1');
  });

  test('a database that may not be written is store-read-only', async () => {
    const file = databaseIn(folder());
    const store = await openStore({ url: file });
    await sql`pragma query_only = on`.execute(store.db);
    await assert.rejects(addPerson(store, 'per_1'), coded('store-read-only'));
    await store.close();
  });

  test('a path that is a folder, or lies under a file, is a coded error', async () => {
    const directory = folder();
    mkdirSync(join(directory, 'a-folder'));
    writeFileSync(join(directory, 'a-file'), '');
    await assert.rejects(openStore({ url: join(directory, 'a-folder') }), coded('store-unavailable'));
    await assert.rejects(openStore({ url: join(directory, 'a-file', 'x.db') }), coded('store-unavailable'));
  });

  test('what was committed survives a process that is killed', async () => {
    const file = databaseIn(folder());
    const script = `
      const { openStore } = await import(${JSON.stringify(DOOR)});
      const store = await openStore({ url: ${JSON.stringify(file)} });
      await store.db.updateTable('epochs').set({ value: 41 }).where('name', '=', 'ends').execute();
      console.log('committed');
      await store.transaction(async (tx) => {
        await tx.updateTable('epochs').set({ value: 666 }).where('name', '=', 'ends').execute();
        console.log('half-way');
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout) {
      output += chunk;
      if (output.includes('half-way')) break;
    }
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const store = await openStore({ url: file });
    const row = await store.db
      .selectFrom('epochs')
      .select('value')
      .where('name', '=', 'ends')
      .executeTakeFirstOrThrow();
    assert.equal(row.value, 41);
    await store.close();
  });

  test('a writer from outside is waited for, so that a backup tool does no harm', async () => {
    const file = databaseIn(folder());
    const store = await openStore({ url: file, timeout: 100 });
    const outside = new DatabaseSync(file);
    outside.exec('begin immediate');
    await assert.rejects(addPerson(store, 'per_1'), coded('store-locked'));
    outside.exec('rollback');
    await addPerson(store, 'per_1');
    outside.close();
    await store.close();
    chmodSync(file, 0o600);
  });
});

test('a PostgreSQL that is not there is store-unavailable, without its password in the text', async () => {
  const url = `postgres://ana:s3cret-pass@127.0.0.1:${await freePort()}/none`;
  await assert.rejects(openStore({ url, timeout: 500 }), (error) => {
    coded('store-unavailable')(error);
    assert.ok(!String((error as Error).stack).includes('s3cret-pass'));
    return true;
  });
});

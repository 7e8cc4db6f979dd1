import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { type ErrorCode, isGatehouseError } from '../../src/core/index.ts';
import { openStore, SEALED_COLUMNS } from '../../src/store/index.ts';
import { openVault } from '../../src/vault/index.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';

const coded = (code: ErrorCode) => (error: unknown) => {
  assert.ok(isGatehouseError(error, code), `expected ${code}, got ${String(error)}`);
  return true;
};

const VAULT = join(import.meta.dirname, '../../src/vault/index.ts');
const STORE = join(import.meta.dirname, '../../src/store/index.ts');

onBothEngines('the vault', (engine) => {
  const place = { table: 'people', column: 'sealed_profile', row: 'per_1' };

  const open = async (options: { maxUses?: number; reserve?: number } = {}) => {
    const { url, directory } = await engine.fresh();
    const store = await openStore({ url });
    const vault = await openVault({ directory, store, ...options });
    return { url, directory, store, vault };
  };

  test('the master key is made on first use with mode 0600, and values open again after a restart', async () => {
    const { url, directory, store, vault } = await open();
    const file = join(directory, 'keys', 'master.key');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(directory, 'keys')).mode & 0o777, 0o700);
    const sealed = vault.seal(place, 'secret');
    const derived = vault.derive('purpose');
    await store.close();
    const again = await openStore({ url });
    const reopened = await openVault({ directory, store: again });
    assert.equal((await reopened.open(place, sealed)).toString(), 'secret');
    assert.ok(reopened.derive('purpose').equals(derived));
    assert.ok(!reopened.derive('another purpose').equals(derived));
    await again.close();
  });

  test('nothing of the keys is in the database', async () => {
    const { directory, store, vault } = await open();
    await vault.signingKeys({ purpose: 'test', keepRetired: 1_000 });
    const master = Buffer.from(readFileSync(join(directory, 'keys', 'master.key'), 'utf8').trim(), 'base64');
    const rows = [
      ...(await store.db.selectFrom('vault_keys').selectAll().execute()),
      ...(await store.db.selectFrom('signing_keys').selectAll().execute()),
    ];
    for (const row of rows) {
      for (const value of Object.values(row)) {
        const bytes = Buffer.from(value instanceof Uint8Array ? value : String(value));
        assert.ok(!bytes.includes(master) && !bytes.includes(vault.derive('x')));
        assert.ok(!bytes.includes('"d"'), 'no private part of a key');
      }
    }
    await store.close();
  });

  test('a master key that is gone, wrong, unreadable or open to others is a coded error; none is made anew', async () => {
    const { directory, store } = await open();
    const file = join(directory, 'keys', 'master.key');
    const good = readFileSync(file);
    const again = (env: Record<string, string> = {}) => openVault({ directory, store, env });

    rmSync(file);
    await assert.rejects(again(), coded('key-missing'));
    assert.ok(!existsSync(file));
    writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
    await assert.rejects(again(), coded('key-unreadable'));
    for (const wrong of ['', 'too short', Buffer.alloc(16).toString('base64'), 'x'.repeat(10_000)]) {
      writeFileSync(file, wrong);
      await assert.rejects(again(), coded('key-unreadable'));
    }
    writeFileSync(file, good);
    chmodSync(file, 0o644);
    await assert.rejects(again(), coded('key-unreadable'));
    rmSync(file);
    writeFileSync(join(directory, 'elsewhere'), good, { mode: 0o600 });
    symlinkSync(join(directory, 'elsewhere'), file);
    await assert.rejects(again(), coded('key-unreadable'));
    await assert.rejects(again({ GATEHOUSE_MASTER_KEY: 'nonsense' }), coded('key-unreadable'));
    await again({ GATEHOUSE_MASTER_KEY: good.toString().trim() });
    await store.close();
  });

  test('the key in the environment is used and no file is made', async () => {
    const { url, directory } = await engine.fresh();
    const store = await openStore({ url });
    const env = { GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };
    await openVault({ directory, store, env });
    assert.ok(!existsSync(join(directory, 'keys')));
    await store.close();
  });

  test('instances that start at once on an empty database share one set of keys', async () => {
    const { url, directory } = await engine.fresh();
    const stores = await Promise.all([openStore({ url }), openStore({ url }), openStore({ url })]);
    const vaults = await Promise.all(stores.map((store) => openVault({ directory, store })));
    const sealed = vaults.map((vault) => vault.seal(place, 'secret'));
    for (const vault of vaults) {
      for (const value of sealed) assert.equal((await vault.open(place, value)).toString(), 'secret');
    }
    assert.equal(new Set(vaults.map((vault) => vault.derive('x').toString('hex'))).size, 1);
    const keys = await stores[0]?.db.selectFrom('vault_keys').select('id').execute();
    assert.equal(keys?.length, 2);
    for (const store of stores) await store.close();
  });

  test('a key that another instance made opens here at once', async () => {
    const { url, directory, store, vault } = await open();
    const second = await openStore({ url });
    const other = await openVault({ directory, store: second });
    await other.rotate();
    assert.equal((await vault.open(place, other.seal(place, 'new'))).toString(), 'new');
    await store.close();
    await second.close();
  });

  test('an instance that learns of a rotation goes over to the new key and seals on without a pause', async () => {
    const { url, directory, store, vault } = await open();
    const second = await openStore({ url });
    const other = await openVault({ directory, store: second });
    const keyOf = (sealed: Buffer) => sealed.subarray(1, 33).toString('hex');
    await vault.rotate();
    const refreshing = other.refresh();
    other.seal(place, 'while it is read');
    await refreshing;
    assert.equal(keyOf(other.seal(place, 'after')), keyOf(vault.seal(place, 'here')));
    await store.close();
    await second.close();
  });

  test('a spent key is never used again: the next one takes over, and every value still opens', async () => {
    const { store, vault } = await open({ maxUses: 8, reserve: 4 });
    const sealed: Buffer[] = [];
    for (let i = 0; i < 30; i++) {
      await vault.prepare(1);
      sealed.push(vault.seal(place, `value ${i}`));
    }
    for (const [i, value] of sealed.entries()) {
      assert.equal((await vault.open(place, value)).toString(), `value ${i}`);
    }
    const uses = new Map<string, number>();
    for (const value of sealed) {
      const id = value.subarray(1, 33).toString('hex');
      uses.set(id, (uses.get(id) ?? 0) + 1);
    }
    assert.ok([...uses.values()].every((count) => count <= 8));
    const rows = await store.db
      .selectFrom('vault_keys')
      .select('uses')
      .where('purpose', '=', 'seal')
      .execute();
    assert.ok(rows.every((row) => row.uses <= 8));
    await store.close();
  });

  test('more values in one go than were set aside are refused, not sealed beyond the limit', async () => {
    const { store, vault } = await open({ maxUses: 1_000, reserve: 4 });
    await vault.prepare(4);
    assert.throws(() => {
      for (let i = 0; i < 50; i++) vault.seal(place, 'x');
    }, coded('key-exhausted'));
    await vault.prepare(4);
    vault.seal(place, 'x');
    await store.close();
  });

  test('uses that were set aside survive a crash as used', async () => {
    const { url, directory, store } = await open({ reserve: 16 });
    await store.close();
    const again = await openStore({ url });
    await openVault({ directory, store: again, reserve: 16 });
    const row = await again.db
      .selectFrom('vault_keys')
      .select('uses')
      .where('purpose', '=', 'seal')
      .executeTakeFirst();
    assert.equal(row?.uses, 32);
    await again.close();
  });

  test('every sealed column of the tables is in the list of those that are sealed anew', async () => {
    const { store } = await open();
    const tables = await store.db.introspection.getTables();
    const found = tables.flatMap(({ name, columns }) =>
      columns.filter((column) => column.name.startsWith('sealed_')).map((column) => `${name}.${column.name}`),
    );
    const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    // The keys themselves are sealed under the master key.
    assert.deepEqual(found.sort(), [...listed, 'vault_keys.sealed_key'].sort());
    await store.close();
  });

  test('a rotation that is killed in the middle leaves every row under exactly one key, and running again ends it', async () => {
    const { url, directory, store, vault } = await open();
    const rowPlace = (row: string) => ({ table: 'people', column: 'sealed_profile', row });
    await store.transaction(async (tx) => {
      for (let i = 0; i < 600; i++) {
        const id = `per_${String(i).padStart(4, '0')}`;
        await tx
          .insertInto('people')
          .values({
            id,
            name_index: Buffer.from(id),
            sealed_profile: vault.seal(rowPlace(id), id),
            disabled: 0,
            created_at: 0,
            last_sign_in_at: null,
          })
          .execute();
      }
    });
    const script = `
      const { openStore } = await import(${JSON.stringify(STORE)});
      const { openVault } = await import(${JSON.stringify(VAULT)});
      const store = await openStore({ url: ${JSON.stringify(url)} });
      const vault = await openVault({ directory: ${JSON.stringify(directory)}, store });
      await vault.rotate();
      console.log('rotated');
      await vault.reseal();
      console.log('done');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const rows = async () => store.db.selectFrom('people').select(['id', 'sealed_profile']).execute();
    const keysOf = (found: Awaited<ReturnType<typeof rows>>) =>
      new Set(found.map(({ sealed_profile }) => Buffer.from(sealed_profile).subarray(1, 33).toString('hex')));
    while (keysOf(await rows()).size < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(keysOf(await rows()).size, 2, 'it was killed in the middle');
    for (const { id, sealed_profile } of await rows()) {
      assert.equal((await vault.open(rowPlace(id), sealed_profile)).toString(), id);
    }
    await vault.refresh();
    await vault.reseal();
    const after = await rows();
    assert.equal(keysOf(after).size, 1);
    for (const { id, sealed_profile } of after) {
      assert.equal((await vault.open(rowPlace(id), sealed_profile)).toString(), id);
    }
    assert.equal(await vault.reseal(), 0);
    await store.close();
  });

  test('values that are swapped between rows, columns or tables in the database do not open', async () => {
    const { store, vault } = await open();
    const one = vault.seal({ ...place, row: 'per_1' }, 'one');
    await assert.rejects(vault.open({ ...place, row: 'per_2' }, one), coded('sealed-value-invalid'));
    await assert.rejects(vault.open({ ...place, column: 'sealed_hash' }, one), coded('sealed-value-invalid'));
    await assert.rejects(vault.open({ ...place, table: 'passwords' }, one), coded('sealed-value-invalid'));
    await store.close();
  });

  test('a value of another installation is key-missing, not a crash', async () => {
    const [here, there] = [await open(), await open()];
    await assert.rejects(here.vault.open(place, there.vault.seal(place, 'x')), coded('key-missing'));
    await here.store.close();
    await there.store.close();
  });

  test('a key row that was changed or swapped in the database is refused at the start', async () => {
    const { directory, store } = await open();
    await sql`update vault_keys set sealed_key = (select k.sealed_key from vault_keys k where k.purpose = 'derive')`.execute(
      store.db,
    );
    await assert.rejects(openVault({ directory, store }), coded('key-unreadable'));
    await store.close();
  });

  test('the next signing key is published before it signs, a retired one as long as its tokens may live', async () => {
    const { url, directory } = await engine.fresh();
    const clock = fakeClock();
    const store = await openStore({ url, clock });
    const vault = await openVault({ directory, store, clock });
    const keys = await vault.signingKeys({ purpose: 'test', keepRetired: 180_000 });
    const kids = () => keys.published().map(({ kid }) => kid);
    const first = keys.current().kid;
    assert.equal(kids().length, 2);
    const next = kids().find((kid) => kid !== first);
    assert.equal(await keys.rotate(), next);
    assert.ok(kids().includes(first));
    assert.equal(kids().length, 3);
    clock.advance(179_000);
    assert.ok(kids().includes(first));
    clock.advance(2_000);
    assert.ok(!kids().includes(first));
    for (const jwk of keys.published()) assert.ok(!('d' in jwk));
    await store.close();
  });

  test('instances that start at once sign with one key, and learn of a rotation by refreshing', async () => {
    const { url, directory } = await engine.fresh();
    const stores = [await openStore({ url }), await openStore({ url })];
    const vaults = await Promise.all(stores.map((store) => openVault({ directory, store })));
    const options = { purpose: 'test', keepRetired: 1_000 };
    const [one, two] = await Promise.all(vaults.map((vault) => vault.signingKeys(options)));
    assert.equal(one?.current().kid, two?.current().kid);
    const kid = await one?.rotate();
    await two?.refresh();
    assert.equal(two?.current().kid, kid);
    for (const store of stores) await store.close();
  });
});

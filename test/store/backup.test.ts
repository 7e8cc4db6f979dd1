import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isGatehouseError } from '../../src/core/index.ts';
import { backupData, lockDataDirectory, openStore, restoreData } from '../../src/store/index.ts';
import { openVault } from '../../src/vault/index.ts';
import { temporaryFolders } from './engines.ts';
import { FIREFOX, openTestIdentity } from './open-identity.ts';

const refused = (code: Parameters<typeof isGatehouseError>[1]) => (error: unknown) => {
  assert.ok(isGatehouseError(error, code), `expected ${code}, got ${String(error)}`);
  return true;
};

describe('backup and restore of a data directory', () => {
  const folder = temporaryFolders();
  const place = { table: 't', column: 'c', row: 'r' };

  /** A directory as the gate leaves it: database, keys, a log in folders, something empty. */
  const filled = async () => {
    const directory = join(folder(), 'data');
    const lock = lockDataDirectory(directory);
    const store = await openStore({ url: join(directory, 'gatehouse.db') });
    const vault = await openVault({ directory, store });
    const sealed = vault.seal(place, 'the secret');
    mkdirSync(join(directory, 'log', 'tiles'), { recursive: true });
    writeFileSync(join(directory, 'log', 'journal'), 'line 1\nline 2\n');
    writeFileSync(join(directory, 'log', 'tiles', '000'), Buffer.alloc(70_000, 7));
    writeFileSync(join(directory, 'empty'), '');
    return { directory, lock, store, vault, sealed };
  };

  test('what was backed up while the gate runs comes back whole and opens with its keys', async () => {
    const { directory, lock, store, sealed } = await filled();
    await store.db.updateTable('epochs').set({ value: 77 }).where('name', '=', 'ends').execute();
    const archive = join(folder(), 'gatehouse.tar.gz');
    await backupData(directory, archive);
    assert.equal(statSync(archive).mode & 0o777, 0o600);
    await store.close();
    lock.release();

    const back = join(folder(), 'restored');
    await restoreData(archive, back);
    assert.equal(statSync(back).mode & 0o777, 0o700);
    assert.equal(statSync(join(back, 'keys', 'master.key')).mode & 0o777, 0o600);
    for (const file of ['log/journal', 'log/tiles/000', 'empty', 'keys/master.key']) {
      assert.deepEqual(readFileSync(join(back, file)), readFileSync(join(directory, file)), file);
    }
    assert.ok(!existsSync(join(back, 'owner.lock')), 'the lock belongs to the process, not to the data');
    const again = await openStore({ url: join(back, 'gatehouse.db') });
    const row = await again.db
      .selectFrom('epochs')
      .select('value')
      .where('name', '=', 'ends')
      .executeTakeFirst();
    assert.equal(row?.value, 77);
    const vault = await openVault({ directory: back, store: again });
    assert.equal((await vault.open(place, sealed)).toString(), 'the secret');
    await again.close();
  });

  test('nobody is signed in after a restore: what was taken back after the backup stays taken back', async () => {
    const directory = join(folder(), 'data');
    const file = join(directory, 'gatehouse.db');
    const before = await openTestIdentity({ directory, url: file });
    const person = await before.person('ana', 'admin');
    const { token } = await before.enter('ana');
    const other = await before.person('bo');
    const reset = await before.people.resetPassword(other.id, 'link', {});
    assert.ok(reset.kind === 'link');
    const archive = join(folder(), 'b.tar.gz');
    await backupData(directory, archive);
    await before.sessions.endAll(person.id, 'sign-out-everywhere', FIREFOX);
    await before.close();
    const back = join(folder(), 'back');
    await restoreData(archive, back);
    const after = await openTestIdentity({ directory: back, url: join(back, 'gatehouse.db') });
    assert.equal(await after.sessions.find(token, undefined), undefined);
    assert.equal(await after.passwords.whoseLink(reset.token, FIREFOX), undefined);
    await after.enter('ana');
    await after.close();
  });

  test('a backup leaves the lock of the running owner alone', async () => {
    const { directory, store, lock } = await filled();
    await backupData(directory, join(folder(), 'b.tar.gz'));
    assert.throws(() => lockDataDirectory(directory), refused('data-locked'));
    await store.close();
    lock.release();
  });

  test('a database is copied as it stands at one moment, however much is written meanwhile', async () => {
    const { directory, store, lock } = await filled();
    await store.transaction(async (tx) => {
      for (let i = 0; i < 2_000; i++) {
        await tx
          .insertInto('epochs')
          .values({ name: `pair-${i}`, value: 0 })
          .execute();
      }
    });
    let writing = true;
    const writer = (async () => {
      for (let round = 1; writing; round++) {
        await store.transaction(async (tx) => {
          await tx.updateTable('epochs').set({ value: round }).where('name', 'like', 'pair-%').execute();
        });
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const archive = join(folder(), 'b.tar.gz');
    await backupData(directory, archive);
    writing = false;
    await writer;
    await store.close();
    lock.release();
    const back = join(folder(), 'back');
    await restoreData(archive, back);
    const again = await openStore({ url: join(back, 'gatehouse.db') });
    const rows = await again.db
      .selectFrom('epochs')
      .select('value')
      .where('name', 'like', 'pair-%')
      .execute();
    assert.equal(rows.length, 2_000);
    assert.equal(new Set(rows.map(({ value }) => value)).size, 1, 'all rows are of one transaction');
    await again.close();
  });

  test('an archive is an ordinary tar file that other programs read', async () => {
    const { directory, store, lock } = await filled();
    const archive = join(folder(), 'b.tar.gz');
    await backupData(directory, archive);
    await store.close();
    lock.release();
    const listed = spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' });
    assert.equal(listed.status, 0, listed.stderr);
    const names = listed.stdout.trim().split('\n').sort();
    const expected = [
      'empty',
      'gatehouse.db',
      'keys/master.key',
      'log/journal',
      'log/tiles/000',
      'manifest.json',
    ];
    assert.deepEqual(names, expected);
  });

  test('neither backup nor restore overwrites anything', async () => {
    const { directory, store, lock } = await filled();
    const archive = join(folder(), 'b.tar.gz');
    await backupData(directory, archive);
    const before = readFileSync(archive);
    await assert.rejects(backupData(directory, archive), refused('data-not-empty'));
    assert.deepEqual(readFileSync(archive), before);
    await assert.rejects(restoreData(archive, directory), refused('data-not-empty'));
    const empty = join(folder(), 'empty');
    mkdirSync(empty);
    await restoreData(archive, empty);
    await store.close();
    lock.release();
  });

  test('an archive that was cut, changed, swapped or is something else restores nothing', async () => {
    const { directory, store, lock } = await filled();
    const archive = join(folder(), 'b.tar.gz');
    await backupData(directory, archive);
    await store.close();
    lock.release();
    const good = readFileSync(archive);
    const tar = gunzipSync(good);
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(tar);
      copy[at] = value;
      return gzipSync(copy);
    };
    const journal = tar.indexOf('line 1');
    const cases: Record<string, Buffer> = {
      'cut in the middle': good.subarray(0, good.length / 2),
      'cut at the end': good.subarray(0, good.length - 20),
      'cut before its list of files': gzipSync(tar.subarray(0, tar.indexOf('manifest.json'))),
      'without its list of files': gzipSync(Buffer.concat([tar.subarray(0, 512), Buffer.alloc(1_024)])),
      'one byte of a file changed': changed(journal + 5, 0x39),
      'one byte of a header changed': changed(journal - 512, 0x39),
      'not gzip': Buffer.from('hello'),
      empty: Buffer.alloc(0),
      'gzip of nothing': gzipSync(Buffer.alloc(0)),
      'gzip of noise': gzipSync(Buffer.alloc(5_000, 0x41)),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      const file = join(folder(), 'bad.tar.gz');
      writeFileSync(file, bytes);
      const target = join(folder(), 'target');
      await assert.rejects(restoreData(file, target), refused('backup-invalid'), name);
      assert.ok(!existsSync(target), `${name}: nothing was restored`);
      assert.deepEqual(readdirSync(dirname(target)), [], `${name}: nothing is left beside it`);
    }
  });

  test('an archive with a way out of the folder is refused: dot segments, absolute paths, links', async () => {
    const outside = folder();
    const make = (name: string, setUp: (source: string) => string[]): string => {
      const source = folder();
      const archive = join(folder(), `${name}.tar.gz`);
      const made = spawnSync('tar', ['-C', source, '-P', '-czf', archive, ...setUp(source)], {
        encoding: 'utf8',
      });
      assert.equal(made.status, 0, made.stderr);
      return archive;
    };
    const archives = [
      make('dots', (source) => {
        writeFileSync(join(source, 'x'), 'x');
        return ['--transform', 's,^,../../,', 'x'];
      }),
      make('absolute', () => {
        writeFileSync(join(outside, 'planted'), 'x');
        return [join(outside, 'planted')];
      }),
      make('link', (source) => {
        symlinkSync(outside, join(source, 'link'));
        return ['link'];
      }),
    ];
    await Promise.all(
      archives.map((archive) =>
        assert.rejects(restoreData(archive, join(folder(), 'to')), refused('backup-invalid')),
      ),
    );
  });

  test('a backup that cannot be written leaves no partial file', async () => {
    const { directory, store, lock } = await filled();
    await assert.rejects(backupData(directory, join(directory, 'no', 'such', 'folder', 'b.tar.gz')));
    const copy = join(folder(), 'copy');
    cpSync(directory, copy, { recursive: true });
    writeFileSync(join(copy, 'a name with spaces'), '');
    const target = folder();
    await assert.rejects(backupData(copy, join(target, 'b.tar.gz')), refused('backup-invalid'));
    assert.deepEqual(readdirSync(target), []);
    await store.close();
    lock.release();
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { PasswordHasher, PasswordSettings } from '../../src/identity/index.ts';
import { calibrateArgon2, PasswordRefused } from '../../src/identity/index.ts';
import { temporaryFolders } from './engines.ts';
import {
  FIREFOX,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  openTestIdentity,
  type TestIdentity,
} from './open-identity.ts';

describe('password hashes', () => {
  const folder = temporaryFolders();
  const place = () => {
    const directory = folder();
    return { directory, url: join(directory, 'gatehouse.db') };
  };
  const passwords = (settings: Partial<PasswordSettings>) => ({ settings: { passwords: settings } });

  const recordOf = async (identity: TestIdentity, personId: string): Promise<string> => {
    const row = await identity.store.db
      .selectFrom('passwords')
      .select('sealed_hash')
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow();
    const at = { table: 'passwords', column: 'sealed_hash', row: personId };
    return (await identity.vault.open(at, row.sealed_hash)).toString();
  };

  test('a hash is argon2id with its parameters on record, never below what OWASP asks for', async () => {
    const identity = await openTestIdentity(place());
    const person = await identity.person('ana');
    assert.match(await recordOf(identity, person.id), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await identity.close();
    for (const argon2 of [
      { memory: 19_455, passes: 2, lanes: 1 },
      { memory: 19_456, passes: 1, lanes: 1 },
    ]) {
      await assert.rejects(openTestIdentity(place(), passwords({ argon2 })), { code: 'setting-invalid' });
    }
  });

  test('other parameters replace the hash at the next right sign-in, unseen, and not at a wrong one', async () => {
    const shared = place();
    const before = await openTestIdentity(shared);
    const person = await before.person('ana');
    const first = await recordOf(before, person.id);
    await before.close();
    const after = await openTestIdentity(
      shared,
      passwords({ argon2: { memory: 20_480, passes: 3, lanes: 1 } }),
    );
    await after.attempt('ana', 'wrong');
    assert.equal(await recordOf(after, person.id), first);
    await after.enter('ana');
    const second = await recordOf(after, person.id);
    assert.match(second, /^\$argon2id\$v=19\$m=20480,t=3,p=1\$/);
    await after.enter('ana');
    assert.equal(await recordOf(after, person.id), second, 'once');
    await after.close();
  });

  test('a pepper is mixed in from the next sign-in on, can be taken out again, and is not in the database', async () => {
    const shared = place();
    const plain = await openTestIdentity(shared);
    const person = await plain.person('ana');
    await plain.close();
    const peppered = await openTestIdentity(shared, passwords({ pepper: true }));
    await peppered.enter('ana');
    assert.match(await recordOf(peppered, person.id), /^pepper:\$argon2id/);
    await peppered.enter('ana');
    assert.equal((await peppered.attempt('ana', 'wrong')).next, 'password');
    await peppered.close();
    const again = await openTestIdentity(shared);
    await again.enter('ana');
    assert.match(await recordOf(again, person.id), /^\$argon2id/);
    await again.close();
  });

  test('a hash of Django or Werkzeug is moved over, verified as it is, and replaced at the first sign-in', async () => {
    const identity = await openTestIdentity(place());
    const passwordHash =
      'pbkdf2:sha512:1000$W9CFlKUjj8V7Qxjc$059e299918d0a0672024675afa092e40b529aaa1c9a003bef7d656f96f02a279118aba85754' +
      '101643e281368a8e5df298446198b6b4f71c96eae9a1c6ffcb7ee';
    const person = await identity.people.add({ name: 'moved', roles: [], passwordHash }, {});
    assert.equal((await identity.attempt('moved', 'wrong')).next, 'password');
    assert.equal(await recordOf(identity, person.id), passwordHash);
    await identity.enter('moved', GOOD_PASSWORD);
    assert.match(await recordOf(identity, person.id), /^\$argon2id/);
    await identity.enter('moved', GOOD_PASSWORD);
    await assert.rejects(identity.people.add({ name: 'other', roles: [], passwordHash: 'md5$abc' }, {}), {
      code: 'hash-unsupported',
    });
    await identity.close();
  });

  test('a known account, an unknown one, a disabled one and one without a password cost the same work', async () => {
    const counted = { hash: 0, verify: 0 };
    const lengths = new Set<number>();
    const hasher: PasswordHasher = {
      hash: async (password) => {
        counted.hash++;
        return `record of ${password.length} characters`.padEnd(60);
      },
      verify: async (record) => {
        counted.verify++;
        lengths.add(record.length);
        return false;
      },
      isOutdated: () => false,
    };
    const identity = await openTestIdentity(place(), { hasher });
    await identity.person('known');
    const disabled = await identity.person('disabled');
    await identity.people.disable(disabled.id, {});
    await identity.people.add({ name: 'invited', roles: [] }, {});
    for (const name of ['known', 'unknown', 'disabled', 'invited', 'not a name at all!', '']) {
      counted.hash = 0;
      counted.verify = 0;
      await identity.attempt(name, 'some password');
      assert.deepEqual(counted, { hash: 0, verify: 1 }, name);
    }
    assert.equal(lengths.size, 1, 'against hashes of the same kind');
    await identity.close();
  });

  test('a password is the same in every Unicode form it may be typed in, and its white space counts', async () => {
    const identity = await openTestIdentity(place(), { settings: { regulation: { perAccount: 50 } } });
    const composed = 'Ça alors, un café glacé'.normalize('NFC');
    await identity.people.add({ name: 'ana', roles: [], password: composed }, {});
    await identity.enter('ana', composed.normalize('NFD'));
    await identity.enter('ana', composed);
    for (const other of [composed.trimEnd().toLowerCase(), `${composed} `, composed.slice(0, -1)]) {
      assert.equal((await identity.attempt('ana', other)).next, 'password', other);
    }
    const long = Array.from({ length: 20 }, (_, i) => `word ${i * 7919}`).join(' ');
    await identity.people.add({ name: 'bo', roles: [], password: long }, {});
    assert.equal((await identity.attempt('bo', long.slice(0, -1))).next, 'password');
    await identity.enter('bo', long);
    await identity.close();
  });

  test('a burst of changes beyond the queue is busy, and the password stays', async () => {
    const identity = await openTestIdentity(place(), {
      settings: { passwords: { width: 1, queue: 0 }, regulation: { perAccount: 50 } },
    });
    await identity.person('ana');
    const { session } = await identity.enter('ana');
    const results = await Promise.all(
      Array.from({ length: 5 }, () =>
        identity.passwords.change({ session, current: 'wrong', password: OTHER_PASSWORD, client: FIREFOX }),
      ),
    );
    const busy = results.filter((result) => result.outcome === 'busy');
    assert.equal(busy.length, 4);
    for (const result of busy) assert.ok(result.outcome === 'busy' && result.retryAfter >= 1_000);
    await identity.enter('ana');
    await identity.close();
  });

  test('a password known from a breach is refused wherever one is set, when the service is named', async () => {
    const asked: string[] = [];
    const known = createHash('sha1').update(GOOD_PASSWORD).digest('hex').toUpperCase();
    const service = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(`${known.slice(5)}:7`);
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as AddressInfo;
    const identity = await openTestIdentity(
      place(),
      passwords({ breaches: { url: `http://127.0.0.1:${port}/` } }),
    );
    const kinds = (error: unknown) =>
      error instanceof PasswordRefused && error.problems[0]?.kind === 'breached';
    await assert.rejects(identity.person('ana'), kinds);
    const person = await identity.people.add({ name: 'ana', roles: [], password: OTHER_PASSWORD }, {});
    await assert.rejects(identity.passwords.set(person.id, GOOD_PASSWORD, { mustChange: false }, {}), kinds);
    const token = await identity.setup.begin();
    assert.ok(token);
    const setUp = { token, name: 'root', password: GOOD_PASSWORD, client: FIREFOX };
    assert.equal((await identity.setup.complete(setUp)).outcome, 'refused');
    assert.equal(asked.length, 4);
    await identity.close();
    service.close();
  });

  test('calibration stays under its time where the least is quicker, and never goes below the least', async () => {
    const least = await calibrateArgon2(0);
    assert.deepEqual(least.parameters, { memory: 19_456, passes: 2, lanes: 1 });
    const more = await calibrateArgon2(4 * least.milliseconds + 50, 77_824);
    assert.ok(more.parameters.memory > 19_456 && more.parameters.memory <= 77_824);
    assert.ok(more.milliseconds <= 4 * least.milliseconds + 50);
  });
});

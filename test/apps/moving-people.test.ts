import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { importPeople } from '../../src/cli/commands/people-import.ts';
import { openData } from '../../src/cli/open-data.ts';
import { readPeopleFile } from '../../src/cli/people-file.ts';
import { parseConfig } from '../../src/config/index.ts';
import { randomToken } from '../../src/core/index.ts';
import type { Identity } from '../../src/identity/index.ts';
import { appsEnvironment, skipWithoutApps } from './venv.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guide/moving-people.md'), 'utf8');
const [DJANGO_EXPORT = '', FLASK_EXPORT = ''] = [...GUIDE.matchAll(/```python\n([^`]*)```/g)].map(
  (match) => match[1] ?? '',
);

const PASSWORD = 'vïolet tram over salt';

// Every hasher that the installed Django can use; bcrypt needs a package of its own.
const DJANGO = `
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.sqlite"}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers." + name for name in (
        "PBKDF2PasswordHasher", "Argon2PasswordHasher", "BCryptSHA256PasswordHasher", "ScryptPasswordHasher")],
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
group = Group.objects.create(name="analyst")
for hasher in ("pbkdf2_sha256", "argon2", "bcrypt_sha256", "scrypt"):
    try:
        hash = make_password(${JSON.stringify(PASSWORD)}, hasher=hasher)
    except ValueError:
        continue
    user = User.objects.create(username=hasher, first_name="Ana", last_name="Gómez", password=hash)
    user.groups.add(group)
User.objects.create_superuser("root", "root@example.com", ${JSON.stringify(PASSWORD)})
User.objects.create_user("unusable")
User.objects.create_user("gone", is_active=False)
`;

const FLASK = `
import sqlite3
from werkzeug.security import generate_password_hash
db = sqlite3.connect("instance/flaskr.sqlite")
db.execute("create table user (id integer primary key, username text unique not null, password text not null)")
for method in ("scrypt", "scrypt:16384:8:2", "pbkdf2", "pbkdf2:sha512:20000"):
    name = method.replace(":", "-")
    db.execute("insert into user (username, password) values (?, ?)", (name, generate_password_hash(${JSON.stringify(PASSWORD)}, method)))
db.commit()
`;

const signIn = async (identity: Identity, name: string, password: string) => {
  const browser = randomToken();
  const step = await identity.signIn.start({ browser });
  const state = 'state' in step ? step.state : '';
  const client = { address: '192.0.2.7', userAgent: '' };
  return identity.signIn.submit({ state, browser, input: { step: 'password', name, password }, client });
};

describe('moving people over', { skip: skipWithoutApps() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-moving-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const exported = (name: string, script: string): string => {
    const cwd = join(folder, name);
    mkdirSync(join(cwd, 'instance'), { recursive: true });
    execFileSync('python', ['-c', script], { cwd, env: appsEnvironment(), stdio: 'pipe' });
    const file = join(cwd, 'people.csv');
    assert.equal(statSync(file).mode & 0o077, 0, 'the export is for its owner alone');
    return readFileSync(file, 'utf8');
  };

  const move = async (name: string, text: string, check: (identity: Identity) => Promise<void>) => {
    const yaml = `data: ${name}-data\nroles: { analyst: {} }`;
    const { config } = parseConfig(yaml, join(folder, 'gatehouse.yaml'));
    const file = readPeopleFile(text, ['guest']);
    const dry = await importPeople(config, file, { dryRun: true, skipExisting: false });
    assert.equal(dry.added, 0);
    assert.deepEqual(new Set(dry.lines.map(({ outcome }) => outcome)), new Set(['ready']));
    const report = await importPeople(config, file, { dryRun: false, skipExisting: false });
    assert.equal(report.added, file.rows.length);
    const data = await openData(config);
    await check(data.identity);
    await data.close();
    return report;
  };

  test('people of a real Django sign in with the passwords they have', async () => {
    const text = exported('django', `${DJANGO}\n${DJANGO_EXPORT}`);
    const report = await move('django', text, async (identity) => {
      for (const hasher of ['pbkdf2_sha256', 'argon2', 'scrypt', 'bcrypt_sha256', 'root']) {
        const person = await identity.people.byName(hasher);
        if (hasher === 'bcrypt_sha256' && person === undefined) continue;
        assert.deepEqual(person?.roles, hasher === 'root' ? ['admin'] : ['analyst'], hasher);
        assert.equal((await signIn(identity, hasher, 'wrong')).next, 'password', hasher);
        assert.equal((await signIn(identity, hasher, PASSWORD)).next, 'done', hasher);
      }
      assert.equal((await identity.people.byName('argon2'))?.displayName, 'Ana Gómez');
      assert.equal((await identity.people.byName('root'))?.email, 'root@example.com');
      assert.equal((await signIn(identity, 'unusable', '')).next, 'password');
      assert.equal(await identity.people.byName('gone'), undefined);
    });
    assert.deepEqual(
      report.lines.filter(({ password }) => !password).map(({ name }) => name),
      ['unusable'],
    );
  });

  test('people of a real Flask sign in with the passwords they have', async () => {
    const text = exported('flask', `${FLASK}\n${FLASK_EXPORT}`);
    await move('flask', text, async (identity) => {
      for (const name of ['scrypt', 'scrypt-16384-8-2', 'pbkdf2', 'pbkdf2-sha512-20000']) {
        assert.deepEqual((await identity.people.byName(name))?.roles, ['guest']);
        assert.equal((await signIn(identity, name, 'wrong')).next, 'password', name);
        assert.equal((await signIn(identity, name, PASSWORD)).next, 'done', name);
      }
    });
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignCheck } from './foreign-hashes.ts';

const LONG = 'x'.repeat(200);

// Made by Django 5.2 and Werkzeug 3.1, with low costs so that the test is quick.
const RECORDED: readonly [maker: string, password: string, hash: string][] = [
  [
    'Django pbkdf2_sha256',
    'violet tram over salt',
    'pbkdf2_sha256$20000$qL16EXp6eOysnuLYyzYhfO$GsXL/pu6+ANv225cQyZv+CsTQIrpaVoYU77Ae0PZ1dM=',
  ],
  [
    'Django argon2',
    'violet tram over salt',
    'argon2$argon2id$v=19$m=8192,t=2,p=2$VnJ2YkZVc2R5SU0ycnhpcGVFZTFQYQ$bgFydSLIitX2k/Lsq2GJU2TXepxKj2cmlUQVgv8Jq8Q',
  ],
  [
    'Django bcrypt_sha256',
    'violet tram over salt',
    'bcrypt_sha256$$2b$05$ikC2VBV9DnHhkauYr/SUFu5GIEcImHpbqfzjUbw/kZgMg.dWkekMi',
  ],
  [
    'Django scrypt',
    'violet tram over salt',
    'scrypt$1024$KejcKIZAkxuwk5GjODUSu3$8$5$GvGDq9nDtbq3r69BEJhk7xXau2gTQHO95Oe3uZbCG0Fga4QT82DW/9SJWLXw0msTrEw5pt2NQMV1hK+wN4/QvQ==',
  ],
  [
    'Werkzeug scrypt',
    'violet tram over salt',
    'scrypt:1024:8:1$ehBY55f2ioI047ps$53f07712c4b4fef9d2f6661a7f733d9fc5cf73dbe6c25b13c9aa39ae9b9633709e5e4026870a1b93b3d88ac655d3d75fdc0b1f1f4b1e956a3634a063dea519af',
  ],
  [
    'Werkzeug pbkdf2',
    'violet tram over salt',
    'pbkdf2:sha256:5000$IDeu2P3AHo73r87a$4edb95923635f9a04a83a18482e8ed626528ab1f70e64b25ac3a0526065ba183',
  ],
  [
    'Django pbkdf2_sha256',
    'pässwörd ☃ 漢字',
    'pbkdf2_sha256$20000$g4oZ8C0kjt8pebtn8e8dEf$cHb3Ntyt2QLw44BJXJZgZGH2TefAP+mi0aGjz0GaKZQ=',
  ],
  [
    'Django argon2',
    'pässwörd ☃ 漢字',
    'argon2$argon2id$v=19$m=8192,t=2,p=2$VkdwOUNNbXZLZUUzbWlCZTNMWFJPUA$CGnqty+3e0TSfGJlzhLNvWmX6Ch/kcg3o/88O5ARA8I',
  ],
  [
    'Django bcrypt_sha256',
    'pässwörd ☃ 漢字',
    'bcrypt_sha256$$2b$05$.Czmnqg4uNVuyI75TCwyXO8SCR9Kr23kOHk9F3cOKHsVB2RtfbIPq',
  ],
  [
    'Django scrypt',
    'pässwörd ☃ 漢字',
    'scrypt$1024$YMRTwLCu9nMbH0GnRGEGNe$8$5$Kt3rCTvI98XI6CdJMc38YFs5eKlFX7DPTdSwTkufoWpje0E1iIkaSZ9bfkpqyRcx1qZvVawqa8Rxub6ZF8aj4Q==',
  ],
  [
    'Werkzeug scrypt',
    'pässwörd ☃ 漢字',
    'scrypt:1024:8:1$9refS0O9D1gK9oug$9126e1992205e4b80da1126f67a2533169c123351e7dafe07add5e362361065c1624461ba47a34f0d6eb78f3f6ea28c3cff3d041bfd15a68370356463a90bfc6',
  ],
  [
    'Werkzeug pbkdf2',
    'pässwörd ☃ 漢字',
    'pbkdf2:sha256:5000$SrLZCFNofzE5TJel$ff7dbc3e9f9b1cc601d2163c1e6eb113fd46c76ae5a1dffe8a451c8aedd0b4b9',
  ],
  [
    'Django pbkdf2_sha256',
    LONG,
    'pbkdf2_sha256$20000$AVMJJfaZwYW2CDYMwVNCnC$+1KI5DdT0t34wlWqSRysv3djvXEBvs7NDvGrId35v6I=',
  ],
  [
    'Django argon2',
    LONG,
    'argon2$argon2id$v=19$m=8192,t=2,p=2$aTl4cXAwZlhCTjY3QnFGaUdkUlYwVw$yUFFsy2wQa0LZk9Vo+ARbUB1XfVFJitGn6Tna/yQbLc',
  ],
  [
    'Django bcrypt_sha256',
    LONG,
    'bcrypt_sha256$$2b$05$hWs4emCURXZrBWKJzha8LO3wPQLSAt9Jccb5DdEQpGz0MYtLUlQiS',
  ],
  [
    'Django scrypt',
    LONG,
    'scrypt$1024$WIg0OC6f23Cu3bEjfwGXSZ$8$5$krlleDoW+LfzUayGFytVSyDDTfQxxWxjOQWraMQHLaQ+h8/CsqdpV+9WAsNnMPZLifd+j/e+AuU913p9hZt/gw==',
  ],
  [
    'Werkzeug scrypt',
    LONG,
    'scrypt:1024:8:1$BIdBPxneRe0H5gpT$45407962006ff1a1bb78369857ef86430f210a0437eb1b219d373170ef49ca320834194799c23f4b075b513f1292324a056f7eba9e9914d63a90b72b789647a0',
  ],
  [
    'Werkzeug pbkdf2',
    LONG,
    'pbkdf2:sha256:5000$vO5SMAEnOpywdHa6$1889b6915add3abc348310f76267f3264db2969ec830bc7440bce15a25ced813',
  ],
  [
    'Django pbkdf2_sha1',
    'violet tram over salt',
    'pbkdf2_sha1$5000$abcdefghijklmnopqrstuv$USdGoLUmFhaqrCt9bdAFI/sCGAk=',
  ],
  [
    'Django bcrypt',
    'violet tram over salt',
    'bcrypt$$2b$05$Wz1ab1xGH.t3XmgfxZCNcuScRb5sir7hAaJdx7kxDoNLT9Do62U/u',
  ],
  [
    'Werkzeug pbkdf2 sha512',
    'violet tram over salt',
    'pbkdf2:sha512:1000$W9CFlKUjj8V7Qxjc$059e299918d0a0672024675afa092e40b529aaa1c9a003bef7d656f96f02a279118aba85754101643e281368a8e5df298446198b6b4f71c96eae9a1c6ffcb7ee',
  ],
];

for (const [maker, password, hash] of RECORDED) {
  test(`a hash of ${maker} is verified (${password.slice(0, 12)})`, async () => {
    const check = foreignCheck(hash);
    assert.ok(check);
    assert.equal(await check(password), true);
    assert.equal(await check(`${password} `), false);
    assert.equal(await check(''), false);
    const last = hash.length - 4;
    const changed = foreignCheck(
      hash.slice(0, last) + (hash[last] === 'a' ? 'b' : 'a') + hash.slice(last + 1),
    );
    assert.equal((await changed?.(password)) ?? false, false, 'a changed hash is another one');
  });
}

test('what is no such hash, or would cost too much to check, is refused', () => {
  const tail = 'A'.repeat(43);
  for (const text of [
    '',
    'plain text',
    'md5$salt$0123456789abcdef',
    `pbkdf2_sha256$99999999$salt$${tail}=`,
    `pbkdf2_sha256$0$salt$${tail}=`,
    `pbkdf2_sha256$1000$salt$AAAA`,
    `pbkdf2_md5$1000$salt$${tail}=`,
    `scrypt$99999999$salt$8$1$${tail}=`,
    `scrypt$1000$salt$8$1$${tail}=`,
    `scrypt:1048576:64:64$salt$${'0'.repeat(128)}`,
    `argon2$argon2id$v=19$m=4194304,t=2,p=8$eXNrSGh0RnhzQ2V2QWZBY2NSRlNCYQ$${tail}`,
    `argon2$argon2id$v=19$m=8,t=4000000,p=1$eXNrSGh0RnhzQ2V2QWZBY2NSRlNCYQ$${tail}`,
    `argon2$argon2id$nonsense-nonsense-nonsense`,
    `bcrypt_sha256$$2b$31$${'a'.repeat(53)}`,
    `bcrypt$$2b$03$${'a'.repeat(53)}`,
    '!',
    'x'.repeat(1_000_000),
  ]) {
    assert.equal(foreignCheck(text), undefined, text.slice(0, 60));
  }
});

const CACHE = join(import.meta.dirname, '../../../.cache/venv');

const python = (): string | undefined => {
  const found = existsSync(CACHE) ? readdirSync(CACHE).map((name) => join(CACHE, name, 'bin/python')) : [];
  return [...found, 'python3'].find(
    (program) => spawnSync(program, ['-c', 'import django, werkzeug.security']).status === 0,
  );
};

const PYTHON = python();

const PROGRAM = `
import json
from django.conf import settings
settings.configure()
from django.contrib.auth import hashers
from werkzeug.security import generate_password_hash
made = []
def add(maker, make):
    try:
        made.append([maker, make('p\u00e4ssw\u00f6rd of theirs')])
    except (ImportError, ValueError):
        pass
for name in ['PBKDF2', 'Argon2', 'BCryptSHA256', 'Scrypt']:
    hasher = getattr(hashers, name + 'PasswordHasher')()
    add(name, lambda password: hasher.encode(password, hasher.salt()))
add('werkzeug', generate_password_hash)
add('werkzeug pbkdf2', lambda password: generate_password_hash(password, method='pbkdf2'))
print(json.dumps(made))
`;

test('hashes that the installed Django and Werkzeug make now, at their own cost, are verified', {
  skip: PYTHON === undefined && 'Django and Werkzeug are not installed: run `node test/apps/install.ts`',
}, async () => {
  const { stdout, stderr } = spawnSync(PYTHON ?? '', ['-c', PROGRAM], { encoding: 'utf8' });
  const made: [maker: string, hash: string][] = JSON.parse(stdout || `"${stderr}"`);
  assert.ok(made.length >= 4, `made by ${made.map(([maker]) => maker).join()}`);
  for (const [maker, hash] of made) {
    const check = foreignCheck(hash);
    assert.ok(check, `${maker}: ${hash.slice(0, 30)}`);
    assert.equal(await check('pässwörd of theirs'), true, maker);
    assert.equal(await check('another password'), false, maker);
  }
});

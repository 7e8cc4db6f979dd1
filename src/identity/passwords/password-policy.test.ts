import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completeSettings } from '../settings.ts';
import type { PasswordSettings } from '../types.ts';
import { passwordPolicy } from './password-policy.ts';

const policy = (passwords: Partial<PasswordSettings> = {}) =>
  passwordPolicy(completeSettings({ issuer: 'https://gate.example.test', passwords }).passwords);

const nist = policy();
const classic = policy({ profile: 'classic' });
const ana = { name: 'ana.gomez', displayName: 'Ana María Gómez', email: 'amg@clinic.example' };
const nobody = { name: 'nobody' };

const kinds = (password: string, subject = nobody, judge = nist) =>
  judge.judge(password, subject).problems.map(({ kind }) => kind);

test('fifteen characters are the least alone, eight beside a second factor, and sixty-four are always allowed', () => {
  assert.deepEqual(kinds('quiet anvil 14'), ['too-short']);
  assert.deepEqual(kinds('quiet anvil 153'), []);
  const beside = policy({ minimum: 8 });
  assert.deepEqual(kinds('vk7 rq!x', nobody, beside), []);
  assert.deepEqual(kinds('vk7 rq!', nobody, beside), ['too-short']);
  assert.throws(() => policy({ minimum: 7 }));
  assert.throws(() => policy({ maximum: 63 }));
  assert.deepEqual(kinds('a sentence of words that nobody would ever put on paper like this one here'), []);
});

test('characters are counted as people see them, whatever they weigh', () => {
  const { problems } = nist.judge('🦊🐢', nobody);
  assert.ok(problems.some((problem) => problem.kind === 'too-short' && problem.length === 2));
  assert.deepEqual(kinds('漢字かな交じり文の長い合言葉です'), []);
});

test('no composition rule: words in small letters are fine, and so are spaces', () => {
  for (const good of ['violet tram over salt', 'correct horse battery staple', 'eight thin owls sing']) {
    assert.deepEqual(kinds(good), [], good);
  }
});

test('common passwords are refused in every disguise', () => {
  const beside = policy({ minimum: 8 });
  for (const bad of [
    'password',
    'PASSWORD',
    'P4$$w0rd',
    'Password2024!',
    'iloveyou',
    'qwertyuiop',
    '1qaz2wsx',
    'Football1!',
    'sunshine123',
    'trustno1!',
    'drowssap',
    'qwerty123456789',
    '1q2w3e4r5t6y7u8i',
    'passwordpassword',
  ]) {
    assert.notDeepEqual(kinds(bad, nobody, beside), [], bad);
  }
});

test('walks on the keyboard, sequences, repetitions and digits alone are refused however long', () => {
  assert.ok(kinds('qwertyuiopasdfghjkl').includes('common'));
  assert.ok(kinds('abcdefghijklmnopqrstuvwxyz').includes('common'));
  assert.ok(kinds('zyxwvutsrqponmlkji').includes('common'));
  assert.ok(kinds('aaaaaaaaaaaaaaaaaaaa').includes('repetitive'));
  assert.ok(kinds('abcabcabcabcabcabc').includes('repetitive'));
  assert.ok(kinds('abababababababab').includes('repetitive'));
  assert.ok(kinds('482910573628194').includes('numeric'));
  assert.ok(kinds('٤٨٢٩١٠٥٧٣٦٢٨١٩٤').includes('numeric'), 'in any script');
});

test('what the person is called is refused, forwards and disguised, but a short name in a long sentence is not', () => {
  for (const [bad, to] of [
    ['ana.gomez-ana.gomez', 'name'],
    ['AnaMaríaGómez2024', 'displayName'],
    ['amg@clinic.example', 'email'],
    ['4n4.g0m3z!!!!!!!', 'name'],
    ['zemog.ana 12345', 'name'],
  ] as const) {
    const problems = nist.judge(bad, ana).problems;
    assert.ok(
      problems.some((problem) => problem.kind === 'similar' && problem.to === to),
      `${bad}: ${JSON.stringify(problems)}`,
    );
  }
  assert.deepEqual(kinds('banana boats dream of thunder', ana), []);
});

test('the classic profile asks for four classes at eight characters', () => {
  assert.deepEqual(classic.limits, { minimum: 8, maximum: 256 });
  assert.deepEqual(kinds('vk7rq!xW', nobody, classic), []);
  const missing = classic.judge('vkjrqnxw', nobody).problems;
  assert.deepEqual(
    missing.flatMap((problem) => (problem.kind === 'class-missing' ? [problem.class] : [])),
    ['upper', 'digit', 'symbol'],
  );
});

test('text that cannot be typed again is refused, and nothing makes it throw', () => {
  assert.deepEqual(kinds('half a pair \ud83e of surrogates'), ['invalid-text']);
  assert.deepEqual(kinds('a null \0 in the middle of it'), ['invalid-text']);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 80 }),
      (text, name) => {
        const { problems, strength, guessesLog10 } = nist.judge(text, {
          name,
          displayName: text,
          email: name,
        });
        assert.ok(strength >= 0 && strength <= 4 && guessesLog10 >= 0);
        for (const { says } of problems)
          assert.ok(says.length > 0 && !(text.length > 4 && says.includes(text)));
      },
    ),
  );
});

test('what is too long is refused at once, however long', () => {
  const began = performance.now();
  assert.deepEqual(kinds('x'.repeat(257)), ['too-long']);
  assert.deepEqual(kinds('ﷺ'.repeat(5_000_000)), ['too-long']);
  assert.ok(performance.now() - began < 1_000);
});

test('judging takes no time worth mentioning even for the worst text', () => {
  for (const worst of [
    'a'.repeat(256),
    'ab'.repeat(128),
    '1qaz2wsx'.repeat(32),
    'qwerty123'.repeat(28),
    'p4$$w0rd'.repeat(32),
  ]) {
    for (let i = 0; i < 20; i++) nist.judge(`${worst.slice(0, 240)}-${i}`, ana);
    const began = performance.now();
    for (let i = 0; i < 20; i++) nist.judge(`${worst.slice(0, 250)}${i}`, ana);
    assert.ok((performance.now() - began) / 20 < 25, worst.slice(0, 10));
  }
});

test('the estimate puts passwords into the order that attackers do', () => {
  const order = ['password', 'Password1!', 'sunshine dragon', 'quiet anvil 153', 'violet tram over salt'];
  const guesses = order.map((password) => nist.judge(password, nobody).guessesLog10);
  assert.deepEqual(
    [...guesses].sort((a, b) => a - b),
    guesses,
  );
  assert.equal(nist.judge('password', nobody).strength, 0);
  assert.equal(nist.judge('violet tram over salt', nobody).strength, 4);
  assert.equal(nist.judge('xK9#vQ2$mW7!pL4z', nobody).strength, 4);
  assert.ok(nist.judge('ana.gomez', ana).guessesLog10 < 2, 'own words are guessed first');
});

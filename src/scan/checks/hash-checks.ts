import { type Constant, externalNames, onlyConstant } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each, literalText, type Verdict } from './call-check.ts';

const PASSWORDS = /\b(\w*passw(or)?ds?|passwd|pwd|pw|pass ?phrase|pass ?word|passcode|userpass)\b/;
const SECURITY =
  /\b(secrets?|\w*tokens?|sign|signs|signed|signing|signatures?|signer|auth|authenticat\w+|authori[sz]\w+|hmac|csrf|xsrf|sessions?|session ?id|credentials?|nonce|salt(ed)?|otp|totp|reset|pin|licen[sc]e|api ?key|cookies?|tamper\w*|integrity|private ?key|certificates?)\b/;
/** What names an entry, finds what is equal or is asked for by a protocol: a collision there harms nobody. */
const HARMLESS =
  /\b(cache\w*|caching|memo\w*|e ?tags?|\w*checksums?|crc|fingerprints?|thumb\w*|buckets?|shards?|sharding|partition\w*|dedup\w*|duplicates?|content md5|cx ?key|colou?r|avatar|gravatar|seed|file ?hash|file ?names?|path ?hash|lock ?file|md5 ?sums?|sha1 ?sums?|guid|uuid|slot|label|labels|alias\w*|icons?|sprite|version|ver|revision|rev|git|blobs?|tree|oid|object ?id|node ?id|hex ?id|stable|unique|identifier|slug|bust\w*|asset|assets|static|static ?files?|hash ?ring|consistent|ring|control path|known hosts|key ?id|ski|subject key|pub ?key|public ?key|udp)\b/;
const PROTOCOL =
  /\b(ws ?key|web ?socket|sec web ?socket|sec key|ha1|ha2|cnonce|qop|realm|digest auth|http digest|apop|cram|scram|sasl|radius|ntlm|nt ?hash|lm ?hash|mysql\w*|postgres\w*|vnc|pwned|hibp|breach\w*|kex|kex ?alg|totp|hotp|oaep|mgf1|pkcs ?12|hmac hash|xmpp|jabber|fido|u2f|ocsp|challenge)\b/;

/** Where even a checksum is to tell whether something came from the right hands. */
const WATCHED =
  /\b(verify|verified|verifies|verification|valid\w*|trust\w*|updates?|install\w*|publish\w*|genuine|tamper\w*)\b/;

/** What the result feeds that is slow by itself: the fast hash only brings the password to a length. */
const SLOW = /\b(bcrypt|hashpw|checkpw|argon2?|scrypt|pbkdf2\w*|kdf|crypt)\b/;

/** Whether only the shape of the hash is asked for, as in `sha1().digest_size`. */
const onlyMeasured = (call: Call): boolean => {
  const uses = call.uses();
  return uses.length > 0 && uses.every(({ op, name }) => op === OP.attr && /_size$|^name$/.test(name));
};

const weakHash = (call: Call, algorithm: string): Verdict | null => {
  if (call.is(-1, 'usedforsecurity', false) || onlyMeasured(call)) return null;
  const words = call.words();
  const about = PASSWORDS.test(words) && !HARMLESS.test(words) && !/\b(tokens?|reset)\b/.test(words);
  const secret = about || PASSWORDS.test(call.given());
  const protocol = PROTOCOL.test(words);
  const hint = { confidence: 'possible' as const };
  if (secret && !SLOW.test(call.ahead())) {
    const rule = 'py/fast-password-hash';
    const why = `${algorithm} is fast, and what it hashes is a password.`;
    return protocol || call.oneOfSeveral ? { rule, why, ...hint } : { rule, why };
  }
  const rule = 'py/weak-hash';
  const why = `Collisions for ${algorithm} can be made`;
  const serious = SECURITY.test(words);
  if (protocol || HARMLESS.test(words))
    return serious || WATCHED.test(words) || call.frame.hot ? { rule, why: `${why}.`, ...hint } : null;
  if (call.oneOfSeveral) return { rule, why: `${why}.`, ...hint };
  if (serious)
    return { rule, why: `${why}, and the names around it speak of security.`, confidence: 'confirmed' };
  // Without a word of what it is for, a hash in what a visitor reaches is worth more than one elsewhere.
  return call.frame.hot || call.frame.mount !== null
    ? { rule, why: `${why}.`, confidence: 'likely' }
    : { rule, why: `${why}; that matters where someone could gain by one.`, ...hint };
};

// What is salted before it is hashed is most often a password.
const SALTED = /(^| \| )(\w+ ){0,2}salt(ed)?( bytes| hex| value)?($| \| )/;
const PLAIN = /\b(plain|plain ?text|clear ?text|hashers?|secret|pin)\b/;

const passwordHash: CallCheck = (call) => {
  const words = call.words();
  const salted = SALTED.test(call.given()) && PLAIN.test(words);
  if (!(PASSWORDS.test(words) || salted) || /\b(hmac|cache\w*|checksums?|integrity)\b/.test(words))
    return null;
  if (SLOW.test(call.ahead()) || call.args.positional.length + call.uses().length === 0) return null;
  const fed = call.args.positional.length > 0 || call.uses().some(({ name }) => name === 'update');
  return fed
    ? {
        rule: 'py/fast-password-hash',
        why: 'A fast hash of a password can be tried billions of times a second.',
        confidence: PROTOCOL.test(words) || call.oneOfSeveral ? 'possible' : 'likely',
      }
    : null;
};

const WEAK_NAMES = /^(md[245]|sha-?1?|ripemd-?160|md5-sha1)$/i;
const weakName = (value: Constant | undefined): string | null =>
  typeof value === 'string' && WEAK_NAMES.test(value) ? value.toUpperCase() : null;

const named =
  (at: number, name: string, strong: CallCheck): CallCheck =>
  (call) => {
    const value = call.arg(at, name);
    if (value === null) return null;
    const weak = value.consts.map(weakName).find((each) => each !== null);
    if (weak != null) {
      const verdict = weakHash(call, weak);
      // One of several names: someone else chooses.
      return verdict !== null && onlyConstant(value) === undefined
        ? { ...verdict, confidence: 'possible' }
        : verdict;
    }
    return strong(call);
  };

const WEAK_FUNCTIONS = /(^|\.)(md5|MD5|MD4|MD2)(\.new|\(\))?$/;
// SHA-1 still holds within an HMAC; MD5 does too, but nobody should begin with it.
const hmac: CallCheck = (call) => {
  const given = call.arg(2, 'digestmod');
  const digest = given ?? call.arg(2, 'digest');
  if (digest === null) return null;
  const weak =
    digest.consts.some((each) => typeof each === 'string' && /^md5$/i.test(each)) ||
    externalNames(digest).some((each) => WEAK_FUNCTIONS.test(each));
  if (!weak) return null;
  const one = externalNames(digest).length + digest.consts.length === 1;
  return {
    rule: 'py/weak-hash',
    why: 'HMAC with MD5 is no choice for anything new.',
    confidence: one && !PROTOCOL.test(call.words()) ? 'likely' : 'possible',
  };
};

const fastHash =
  (why: string): CallCheck =>
  () => ({ rule: 'py/fast-password-hash', why, confidence: 'confirmed' });

const METHODS = /^(plain|md5|sha1|sha224|sha256|sha384|sha512|unsalted_\w+)$/i;
const ROUNDS = /^pbkdf2:\w+:(\d+)$/;
const werkzeug: CallCheck = (call) => {
  const method = call.constant(1, 'method');
  if (typeof method !== 'string') return null;
  if (METHODS.test(method)) return fastHash(`The method ${method} is fast.`)(call);
  const rounds = ROUNDS.exec(method)?.[1];
  return (rounds !== undefined && Number(rounds) < 100_000) || /^pbkdf2:(md5|sha1)/.test(method)
    ? fewRounds(rounds ?? 'Too few')
    : null;
};

const DJANGO = /^(unsalted_)?(md5|sha1)$|^crypt$/;
const makePassword: CallCheck = (call) => {
  const hasher = call.constant(2, 'hasher');
  return typeof hasher === 'string' && DJANGO.test(hasher)
    ? fastHash(`The hasher ${hasher} is fast.`)(call)
    : null;
};

const FAST_SCHEMES =
  /^(plaintext|hex_\w+|md5_crypt|des_crypt|apr_md5_crypt|bsdi_crypt|sha1_crypt|lmhash|nthash|mysql323|mysql41|postgres_md5|ldap_(plaintext|md5|sha1|salted_md5|salted_sha1|hex_\w+)|django_(plaintext|salted_(md5|sha1)|des_crypt)|crypt16|bigcrypt|roundup_plaintext|phpass)$/;
const context: CallCheck = (call) => {
  const schemes = call.arg(0, 'schemes');
  for (const ref of schemes?.refs ?? []) {
    const [first] = (ref.k === 'obj' ? call.frame.obj(call.state, ref.id)?.elems : null) ?? [];
    const name = first === undefined ? undefined : onlyConstant(first);
    // The first one makes new hashes, the others are only known.
    if (typeof name === 'string' && FAST_SCHEMES.test(name)) return fastHash(`${name} is fast.`)(call);
  }
  return null;
};

const fewRounds = (rounds: number | string): Verdict => ({
  rule: 'py/fast-password-hash',
  why: `${rounds} rounds are too few.`,
  confidence: 'confirmed',
  severity: 'medium',
});

const rounds =
  (at: number, name: string, least: number): CallCheck =>
  (call) => {
    const count = call.constant(at, name);
    return typeof count === 'number' && count < least ? fewRounds(count) : null;
  };

const literalSalt =
  (at: number, name: string): CallCheck =>
  (call) =>
    (literalText(call.arg(at, name)) ?? '') === ''
      ? null
      : { rule: 'py/static-iv', why: 'The same salt is used for every password.', confidence: 'confirmed' };

const FAST_METHOD = /METHOD_(CRYPT|MD5)$/;

// `crypt(word, mksalt(METHOD_MD5))`
const cryptSalt: CallCheck = (call) =>
  call.names(0, 'method').some((name) => FAST_METHOD.test(name))
    ? fastHash('This scheme of crypt() is fast.')(call)
    : null;

const crypt: CallCheck = (call) => {
  const salt = call.arg(1, 'salt');
  const weak =
    call.names(1, 'salt').some((name) => FAST_METHOD.test(name)) ||
    (salt !== null && /^(\w{2}|\$1\$.{0,40})$/.test(String(onlyConstant(salt) ?? '')));
  return weak ? fastHash('This scheme of crypt() is fast.')(call) : null;
};

const PASSLIB = [
  'md5_crypt',
  'des_crypt',
  'apr_md5_crypt',
  'sha1_crypt',
  'hex_md5',
  'hex_sha1',
  'hex_sha256',
  'hex_sha512',
  'ldap_md5',
  'ldap_sha1',
  'ldap_salted_md5',
  'ldap_salted_sha1',
  'plaintext',
  'lmhash',
  'nthash',
  'django_salted_md5',
  'django_salted_sha1',
  'mysql323',
];
const STRONG = [
  'sha256',
  'sha512',
  'sha224',
  'sha384',
  'sha3_224',
  'sha3_256',
  'sha3_384',
  'sha3_512',
  'blake2b',
  'blake2s',
];

/** Where functions that make a key or a hash of a password are given the salt. */
const SLOW_FUNCTIONS: readonly [string, number, string][] = [
  ['hashlib.pbkdf2_hmac', 2, 'salt'],
  ['hashlib.scrypt', -1, 'salt'],
  ['bcrypt.hashpw', 1, 'salt'],
  ['bcrypt.kdf', 1, 'salt'],
  ['scrypt.hash', 1, 'salt'],
  ['cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC', 2, 'salt'],
  ['cryptography.hazmat.primitives.kdf.scrypt.Scrypt', 0, 'salt'],
  ['cryptography.hazmat.primitives.kdf.argon2.Argon2id', -1, 'salt'],
  ['Crypto.Protocol.KDF.PBKDF1', 1, 'salt'],
  ['Crypto.Protocol.KDF.PBKDF2', 1, 'salt'],
  ['Crypto.Protocol.KDF.scrypt', 1, 'salt'],
  ['Crypto.Protocol.KDF.bcrypt', 2, 'salt'],
  ['argon2.hash_password', 1, 'salt'],
  ['argon2.low_level.hash_secret', 1, 'salt'],
  ['argon2.low_level.hash_secret_raw', 1, 'salt'],
  ['argon2.PasswordHasher().hash', -1, 'salt'],
  ...['argon2id', 'argon2i', 'scrypt', 'scryptsalsa208sha256'].map((name): [string, number, string] => [
    `nacl.pwhash.${name}.kdf`,
    2,
    'salt',
  ]),
];

/** Where the number of rounds is given, and how many it has to be. */
const COUNTED: readonly [string, number, string, number][] = [
  ['hashlib.pbkdf2_hmac', 3, 'iterations', 100_000],
  ['cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC', 3, 'iterations', 100_000],
  ['Crypto.Protocol.KDF.PBKDF2', 3, 'count', 100_000],
  ['Crypto.Protocol.KDF.scrypt', 3, 'N', 4096],
  ['cryptography.hazmat.primitives.kdf.scrypt.Scrypt', 2, 'n', 4096],
  ['hashlib.scrypt', -1, 'n', 4096],
  ['bcrypt.gensalt', 0, 'rounds', 10],
  ['Crypto.Protocol.KDF.bcrypt', 1, 'cost', 10],
];

export const HASH_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    ['hashlib.md5', 'Crypto.Hash.MD5.new', 'md5.new', 'md5.md5', 'cryptography.hazmat.primitives.hashes.MD5'],
    (call) => weakHash(call, 'MD5'),
  ),
  ...each(['Crypto.Hash.MD4.new', 'Crypto.Hash.MD2.new'], (call) => weakHash(call, 'MD4')),
  ...each(
    [
      'hashlib.sha1',
      'Crypto.Hash.SHA.new',
      'Crypto.Hash.SHA1.new',
      'sha.new',
      'cryptography.hazmat.primitives.hashes.SHA1',
    ],
    (call) => weakHash(call, 'SHA-1'),
  ),
  ...each(
    STRONG.map((name) => `hashlib.${name}`),
    passwordHash,
  ),
  ['hashlib.new', named(0, 'name', passwordHash)],
  ['hashlib.file_digest', named(1, 'digest', () => null)],
  ...each(['hmac.new', 'hmac.digest', 'hmac.HMAC'], hmac),
  ...SLOW_FUNCTIONS.map(([name, at, salt]): [string, CallChecks] => [name, literalSalt(at, salt)]),
  ...COUNTED.map(([name, at, count, least]): [string, CallChecks] => [name, rounds(at, count, least)]),
  ...each(['werkzeug.security.generate_password_hash'], werkzeug),
  ['django.contrib.auth.hashers.make_password', makePassword],
  ['passlib.context.CryptContext', context],
  ...each(
    PASSLIB.flatMap((name) => ['hash', 'encrypt', 'using'].map((verb) => `passlib.hash.${name}.${verb}`)),
    fastHash('This scheme is fast.'),
  ),
  ['crypt.crypt', crypt],
  ['crypt.mksalt', cryptSalt],
];

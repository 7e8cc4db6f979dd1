import type { Call, CallCheck, Verdict } from './call-check.ts';

const PASSWORDS = /passw|passwd|pwd|passphrase/;
const SECURITY =
  /passw|passwd|pwd|secret|token|sign|auth|hmac|digest_auth|session|csrf|credential|nonce|salt|otp|reset|verify/;
const HARMLESS =
  /cache|etag|e_tag|checksum|fingerprint|bucket|shard|dedup|content_md5|cachekey|cache_key|cachebust|color|colour|avatar|gravatar|seed|file_hash|filehash/;

const weakHash = (call: Call, algorithm: string): Verdict | null => {
  if (call.is(-1, 'usedforsecurity', false)) return null;
  const words = call.words();
  if (PASSWORDS.test(words))
    return { rule: 'py/fast-password-hash', why: `${algorithm} is fast, and what it hashes is a password.` };
  if (HARMLESS.test(words) && !SECURITY.test(words)) return null;
  const serious = SECURITY.test(words);
  return {
    rule: 'py/weak-hash',
    why: `Collisions for ${algorithm} can be made${serious ? ', and the names around it speak of security' : ''}.`,
    confidence: serious ? 'confirmed' : 'likely',
  };
};

const passwordHash: CallCheck = (call) =>
  PASSWORDS.test(call.words()) &&
  !/check|verify_integrity|hmac|cache/.test(call.words()) &&
  call.args.positional.length > 0
    ? {
        rule: 'py/fast-password-hash',
        why: 'A fast hash of a password can be tried billions of times a second.',
        confidence: 'likely',
      }
    : null;

const WEAK_NAMES = new Set(['md5', 'md4', 'md2', 'sha1', 'sha', 'sha-1', 'ripemd160']);

const newHash: CallCheck = (call) => {
  const name = call.constant(0, 'name');
  if (typeof name !== 'string') return null;
  return WEAK_NAMES.has(name.toLowerCase()) ? weakHash(call, name.toUpperCase()) : null;
};

const weakCipher =
  (what: string): CallCheck =>
  () => ({ rule: 'py/weak-cipher', why: `${what} is broken or too weak.`, confidence: 'confirmed' });

const isMode = (call: Call, mode: string): boolean =>
  call.names(1, 'mode').some((name) => name.endsWith(`.${mode}`)) ||
  call.names(1, 'mode').some((name) => name.includes(`.${mode}()`));

const aes: CallCheck = (call) => {
  if (isMode(call, 'MODE_ECB'))
    return { rule: 'py/weak-cipher', why: 'ECB shows which blocks are equal.', confidence: 'confirmed' };
  return (
    keyMaterial(call, call.arg(0, 'key')) ??
    (['MODE_CBC', 'MODE_CTR', 'MODE_CFB', 'MODE_OFB'].some((mode) => isMode(call, mode))
      ? (staticIv(call) ?? {
          rule: 'py/unauthenticated-encryption',
          why: 'What is encrypted can be changed unseen.',
        })
      : null)
  );
};

const literalText = (value: ReturnType<Call['arg']>): string | null => {
  if (value === null || value.open) return null;
  const [only] = value.consts;
  return value.consts.length === 1 && value.refs.length === 0 && typeof only === 'string' ? only : null;
};

const keyMaterial = (_call: Call, value: ReturnType<Call['arg']>): Verdict | null => {
  const text = literalText(value);
  return text !== null && text.length >= 4
    ? {
        rule: 'py/hardcoded-key',
        why: 'The key stands in the code: everyone who reads it can decrypt or sign.',
        confidence: 'confirmed',
      }
    : null;
};

const staticIv = (call: Call): Verdict | null => {
  for (const [i, name] of [
    [2, 'iv'],
    [2, 'nonce'],
    [2, 'IV'],
  ] as const) {
    if (literalText(call.arg(i, name)) !== null)
      return {
        rule: 'py/static-iv',
        why: 'The same value is used for every message.',
        confidence: 'confirmed',
      };
  }
  return null;
};

const rsaSize =
  (at: number, name: string, least: number): CallCheck =>
  (call) => {
    const bits = call.constant(at, name);
    return typeof bits === 'number' && bits < least
      ? { rule: 'py/weak-key-size', why: `${bits} bits are fewer than ${least}.`, confidence: 'confirmed' }
      : null;
  };

const curve: CallCheck = (call) => {
  const weak = call
    .names(0, 'curve')
    .find(
      (name) => /SEC[TP]1(63|92)|SECP192R1|SECT163|BrainpoolP192|SECP224R1/i.test(name) && !/224/.test(name),
    );
  return weak === undefined
    ? null
    : {
        rule: 'py/weak-key-size',
        why: `${weak.split('.').at(-1)} is shorter than 224 bits.`,
        confidence: 'confirmed',
      };
};

const RANDOM_SECRETS =
  /passw|passwd|pwd|secret|token|session|csrf|otp|nonce|salt|api_?key|auth|credential|verification|reset|invite|voucher|coupon|remember|cookie|captcha|pin\b|private|encrypt|iv\b|\bkey/;
const RANDOM_HARMLESS = /shuffle|jitter|sleep|backoff|retry|sample_data|simulate|test|demo|color|noise|seed/;

const weakRandom: CallCheck = (call) => {
  const words = call.words();
  if (RANDOM_SECRETS.test(words) && !SHAPES.test(call.name))
    return {
      rule: 'py/weak-random',
      why: 'The generator can be predicted, and the names around it speak of a secret.',
      confidence: 'confirmed',
    };
  if (RANDOM_HARMLESS.test(words)) return null;
  return {
    rule: 'py/weak-random',
    why: 'The generator can be predicted; that matters where the number is a secret.',
    confidence: 'possible',
    severity: 'low',
  };
};

const VERIFIED = ['verify_signature', 'verify'];
const jwtDecode: CallCheck = (call) => {
  const options = call.arg(3, 'options');
  for (const ref of options?.refs ?? []) {
    const obj = ref.k === 'obj' ? call.frame.obj(call.state, ref.id) : undefined;
    for (const name of VERIFIED) {
      if (obj?.fields.get(`s${name}`)?.consts.includes(false) === true) {
        return {
          rule: 'py/jwt-not-verified',
          why: `${name} is off: anyone can write such a token.`,
          confidence: 'confirmed',
        };
      }
    }
  }
  if (call.is(-1, 'verify', false))
    return {
      rule: 'py/jwt-not-verified',
      why: 'verify=False: anyone can write such a token.',
      confidence: 'confirmed',
    };
  const algorithms = call.arg(2, 'algorithms');
  for (const ref of algorithms?.refs ?? []) {
    const obj = ref.k === 'obj' ? call.frame.obj(call.state, ref.id) : undefined;
    if (
      obj?.elems?.some((each) =>
        each.consts.some((text) => typeof text === 'string' && text.toLowerCase() === 'none'),
      )
    ) {
      return { rule: 'py/jwt-not-verified', why: 'The algorithm none is accepted.', confidence: 'confirmed' };
    }
  }
  return keyMaterial(call, call.arg(1, 'key'));
};

const jwtEncode: CallCheck = (call) => {
  if (call.is(2, 'algorithm', 'none', 'None'))
    return { rule: 'py/jwt-not-verified', why: 'The token is not signed.', confidence: 'confirmed' };
  const payload = call.arg(0, 'payload');
  for (const ref of payload?.refs ?? []) {
    const obj = ref.k === 'obj' ? call.frame.obj(call.state, ref.id) : undefined;
    if (obj === undefined || obj.shape !== 'dict') continue;
    const secret = [...obj.fields.keys()].find((key) =>
      /^s(password|passwd|pwd|secret|credit_?card|card_?number|ssn|cvv|pin)$/i.test(key),
    );
    if (secret !== undefined)
      return {
        rule: 'py/jwt-secret-claim',
        why: `The claim "${secret.slice(1)}" can be read by whoever holds the token.`,
        confidence: 'confirmed',
      };
    const literal = keyMaterial(call, call.arg(1, 'key'));
    if (literal !== null) return literal;
    if (
      obj.rest.open === false &&
      obj.rest.refs.length === 0 &&
      obj.rest.consts.length === 0 &&
      !obj.fields.has('sexp')
    ) {
      return { rule: 'py/jwt-no-expiry', why: 'The token is good for ever.' };
    }
  }
  return keyMaterial(call, call.arg(1, 'key'));
};

const literalKey =
  (at: number, name: string): CallCheck =>
  (call) =>
    keyMaterial(call, call.arg(at, name));

// What shuffles and draws from a shape is seldom a secret, whatever stands around it.
const SHAPES = /\.(sample|shuffle|uniform|gauss|triangular)$/;

const literalSalt =
  (at: number, name: string): CallCheck =>
  (call) =>
    (literalText(call.arg(at, name)) ?? '') === ''
      ? null
      : { rule: 'py/static-iv', why: 'The same salt is used for every password.', confidence: 'confirmed' };

const each = (names: readonly string[], check: CallCheck): [string, CallCheck][] =>
  names.map((name) => [name, check]);

const RANDOM = [
  'random',
  'randint',
  'randrange',
  'choice',
  'choices',
  'uniform',
  'getrandbits',
  'randbytes',
  'sample',
  'triangular',
  'gauss',
];

export const CRYPTO_CHECKS: readonly [string, CallCheck][] = [
  ...each(
    [
      'hashlib.md5',
      'Crypto.Hash.MD5.new',
      'Cryptodome.Hash.MD5.new',
      'md5.new',
      'md5.md5',
      'cryptography.hazmat.primitives.hashes.MD5',
    ],
    (call) => weakHash(call, 'MD5'),
  ),
  ...each(
    ['Crypto.Hash.MD4.new', 'Crypto.Hash.MD2.new', 'Cryptodome.Hash.MD4.new', 'Cryptodome.Hash.MD2.new'],
    (call) => weakHash(call, 'MD4'),
  ),
  ...each(
    [
      'hashlib.sha1',
      'Crypto.Hash.SHA.new',
      'Crypto.Hash.SHA1.new',
      'Cryptodome.Hash.SHA1.new',
      'sha.new',
      'cryptography.hazmat.primitives.hashes.SHA1',
    ],
    (call) => weakHash(call, 'SHA-1'),
  ),
  ...each(
    [
      'hashlib.sha256',
      'hashlib.sha512',
      'hashlib.sha224',
      'hashlib.sha384',
      'hashlib.sha3_256',
      'hashlib.blake2b',
    ],
    passwordHash,
  ),
  ['hashlib.new', newHash],
  ...each(
    ['DES', 'DES3', 'ARC2', 'ARC4', 'Blowfish', 'XOR', 'CAST'].flatMap((name) => [
      `Crypto.Cipher.${name}.new`,
      `Cryptodome.Cipher.${name}.new`,
    ]),
    weakCipher('This cipher'),
  ),
  ...each(
    ['ARC4', 'Blowfish', 'IDEA', 'CAST5', 'SEED', 'TripleDES', 'RC2'].flatMap((name) => [
      `cryptography.hazmat.primitives.ciphers.algorithms.${name}`,
      `cryptography.hazmat.decrepit.ciphers.algorithms.${name}`,
    ]),
    weakCipher('This cipher'),
  ),
  ...each(['pyDes.des', 'pyDes.triple_des'], weakCipher('DES')),
  ['cryptography.hazmat.primitives.ciphers.modes.ECB', weakCipher('ECB')],
  ...each(
    [
      'cryptography.hazmat.primitives.ciphers.modes.CBC',
      'cryptography.hazmat.primitives.ciphers.modes.CTR',
      'cryptography.hazmat.primitives.ciphers.modes.CFB',
      'cryptography.hazmat.primitives.ciphers.modes.OFB',
    ],
    (call) =>
      literalText(call.arg(0, 'initialization_vector')) === null
        ? { rule: 'py/unauthenticated-encryption', why: 'What is encrypted can be changed unseen.' }
        : { rule: 'py/static-iv', why: 'The same value is used for every message.', confidence: 'confirmed' },
  ),
  ...each(['Crypto.Cipher.AES.new', 'Cryptodome.Cipher.AES.new'], aes),
  ['cryptography.hazmat.primitives.ciphers.algorithms.AES', literalKey(0, 'key')],
  ['cryptography.fernet.Fernet', literalKey(0, 'key')],
  ...each(
    [
      'hmac.new',
      'itsdangerous.URLSafeTimedSerializer',
      'itsdangerous.URLSafeSerializer',
      'itsdangerous.TimestampSigner',
      'itsdangerous.Signer',
      'jose.jws.sign',
    ],
    literalKey(0, 'key'),
  ),
  ...each(
    [
      'Crypto.PublicKey.RSA.generate',
      'Cryptodome.PublicKey.RSA.generate',
      'Crypto.PublicKey.DSA.generate',
      'Cryptodome.PublicKey.DSA.generate',
    ],
    rsaSize(0, 'bits', 2048),
  ),
  ['cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key', rsaSize(1, 'key_size', 2048)],
  ['cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key', rsaSize(0, 'key_size', 2048)],
  ['cryptography.hazmat.primitives.asymmetric.dh.generate_parameters', rsaSize(1, 'key_size', 2048)],
  ['rsa.newkeys', rsaSize(0, 'nbits', 2048)],
  ['paramiko.RSAKey.generate', rsaSize(0, 'bits', 2048)],
  ['cryptography.hazmat.primitives.asymmetric.ec.generate_private_key', curve],
  [
    'hashlib.pbkdf2_hmac',
    (call) => {
      const rounds = call.constant(3, 'iterations');
      if (typeof rounds === 'number' && rounds < 100_000)
        return {
          rule: 'py/fast-password-hash',
          why: `${rounds} rounds are too few.`,
          confidence: 'confirmed',
          severity: 'medium',
        };
      return literalSalt(2, 'salt')(call);
    },
  ],
  ['hashlib.scrypt', literalSalt(-1, 'salt')],
  ...each(
    RANDOM.flatMap((name) => [`random.${name}`, `random.Random().${name}`]),
    weakRandom,
  ),
  ...each(['jwt.decode', 'jose.jwt.decode', 'authlib.jose.jwt.decode'], jwtDecode),
  ...each(['jwt.encode', 'jose.jwt.encode'], jwtEncode),
  [
    'jwt.get_unverified_claims',
    () => ({
      rule: 'py/jwt-not-verified',
      why: 'The claims are read without the signature being checked.',
      confidence: 'possible',
    }),
  ],
  [
    'jose.jwt.get_unverified_claims',
    () => ({
      rule: 'py/jwt-not-verified',
      why: 'The claims are read without the signature being checked.',
      confidence: 'possible',
    }),
  ],
];

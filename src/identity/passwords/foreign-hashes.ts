import { createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { parseOptions, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

/** Whether a password belongs to the hash that the check was made from. */
export type PasswordCheck = (password: string) => Promise<boolean>;

// What a check may cost: a hash comes from a file of somebody else's, and must not take the machine for minutes.
const MOST_ITERATIONS = 5_000_000;
const MOST_MEMORY = 512 * 1_048_576;
const MOST_PASSES = 32;
const MOST_BCRYPT_COST = 16;

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, string, number, object, Buffer>(scrypt);

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const pbkdf2Check = (
  digest: string,
  iterations: number,
  salt: string,
  expected: Buffer,
): PasswordCheck | undefined => {
  if (iterations < 1 || iterations > MOST_ITERATIONS || expected.length < 16) return undefined;
  return async (password) =>
    same(await derivePbkdf2(password, salt, iterations, expected.length, digest), expected);
};

const scryptCheck = (
  { cost, blockSize, lanes }: { cost: number; blockSize: number; lanes: number },
  salt: string,
  expected: Buffer,
): PasswordCheck | undefined => {
  const isPowerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
  const memory = 128 * blockSize * (cost + lanes);
  if (!isPowerOfTwo || memory > MOST_MEMORY || lanes < 1 || lanes > 64 || expected.length < 16)
    return undefined;
  const options = { N: cost, r: blockSize, p: lanes, maxmem: memory + 1_048_576 };
  return async (password) => same(await deriveScrypt(password, salt, expected.length, options), expected);
};

const bcryptCheck = (record: string, prepare: (password: string) => string): PasswordCheck | undefined => {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(record)?.[1]);
  if (!(cost >= 4 && cost <= MOST_BCRYPT_COST)) return undefined;
  return (password) => verifyBcrypt(prepare(password), record);
};

const argon2Check = (record: string): PasswordCheck | undefined => {
  try {
    const { memoryCost, timeCost } = parseOptions(record);
    if (memoryCost * 1_024 > MOST_MEMORY || timeCost > MOST_PASSES) return undefined;
  } catch {
    return undefined;
  }
  return (password) => verifyArgon2(record, password);
};

const B64 = '[A-Za-z0-9+/]{20,200}={0,2}';
const DIGESTS: Record<string, string> = { sha256: 'sha256', sha1: 'sha1' };

interface Format {
  pattern: RegExp;
  check(parts: readonly string[], record: string): PasswordCheck | undefined;
}

/**
 * As Django (django.contrib.auth.hashers) and Werkzeug (werkzeug.security) write them. Salts are used as the ASCII text
 * that stands there, passwords as UTF-8 without normalisation, as both do it.
 */
const FORMATS: readonly Format[] = [
  {
    pattern: new RegExp(`^pbkdf2_(sha256|sha1)\\$(\\d{1,8})\\$([^$]{1,128})\\$(${B64})$`),
    check: ([digest = '', iterations, salt = '', hash = '']) =>
      pbkdf2Check(DIGESTS[digest] ?? '', Number(iterations), salt, Buffer.from(hash, 'base64')),
  },
  {
    pattern: new RegExp(`^scrypt\\$(\\d{1,8})\\$([^$]{1,128})\\$(\\d{1,3})\\$(\\d{1,3})\\$(${B64})$`),
    check: ([cost, salt = '', blockSize, lanes, hash = '']) =>
      scryptCheck(
        { cost: Number(cost), blockSize: Number(blockSize), lanes: Number(lanes) },
        salt,
        Buffer.from(hash, 'base64'),
      ),
  },
  {
    pattern: /^argon2(\$argon2(?:id|i|d)\$[^\s]{20,400})$/,
    check: ([record = '']) => argon2Check(record),
  },
  {
    // Django hashes first, since bcrypt reads 72 bytes at most.
    pattern: /^bcrypt_sha256\$(\$2[aby]\$.{56})$/,
    check: ([record = '']) =>
      bcryptCheck(record, (password) => createHash('sha256').update(password, 'utf8').digest('hex')),
  },
  {
    pattern: /^bcrypt\$(\$2[aby]\$.{56})$/,
    check: ([record = '']) => bcryptCheck(record, (password) => password),
  },
  {
    pattern:
      /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):(\d{1,8})\$([A-Za-z0-9]{1,128})\$([0-9a-f]{32,256})$/,
    check: ([digest = '', iterations, salt = '', hash = '']) =>
      pbkdf2Check(digest, Number(iterations), salt, Buffer.from(hash, 'hex')),
  },
  {
    pattern: /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3})\$([A-Za-z0-9]{1,128})\$([0-9a-f]{32,256})$/,
    check: ([cost, blockSize, lanes, salt = '', hash = '']) =>
      scryptCheck(
        { cost: Number(cost), blockSize: Number(blockSize), lanes: Number(lanes) },
        salt,
        Buffer.from(hash, 'hex'),
      ),
  },
];

/** The check for a hash that Django or Werkzeug wrote; undefined for any other text, or when it would cost too much. */
export const foreignCheck = (record: string): PasswordCheck | undefined => {
  if (record.length > 1_024) return undefined;
  for (const { pattern, check } of FORMATS) {
    const match = pattern.exec(record);
    if (match !== null) return check(match.slice(1), record);
  }
  return undefined;
};

import { hash, parseOptions, verify } from '@node-rs/argon2';
import { foreignCheck } from './foreign-hashes.ts';
import type { Settings } from './settings.ts';

/** Makes and checks password hashes; a port, so that tests can count the work. */
export interface PasswordHasher {
  /** A hash with the parameters in force, recorded in it. */
  hash(password: string): Promise<string>;
  /** False as well for a text that is no hash of ours. */
  verify(record: string, password: string): Promise<boolean>;
  /** Whether the record was made with other parameters than those in force, or by somebody else. */
  isOutdated(record: string): boolean;
}

// Argon2id in the package's numbering, which it exports as a const enum only.
const ARGON2ID = 2;

// What the pepper was mixed into says so, since the hash itself cannot.
const PEPPERED = 'pepper:';

/**
 * SP 800-63B-4, 3.1.1.2: Unicode passwords are normalised before they are hashed, so that the same password typed on
 * another system is the same password.
 */
const normalised = (password: string): string => password.normalize('NFKC');

export interface Pepper {
  /** 32 bytes from the vault. */
  key: Uint8Array;
  /** Whether new hashes get it. Records made the other way go on working until their next sign-in. */
  inUse: boolean;
}

/** Argon2id (RFC 9106), its parameters recorded in every hash. */
export const argon2Hasher = (
  { memory, passes, lanes }: Settings['passwords']['argon2'],
  pepper: Pepper,
): PasswordHasher => ({
  hash: async (password) => {
    const record = await hash(normalised(password), {
      algorithm: ARGON2ID,
      memoryCost: memory,
      timeCost: passes,
      parallelism: lanes,
      ...(pepper.inUse ? { secret: pepper.key } : {}),
    });
    return pepper.inUse ? PEPPERED + record : record;
  },
  verify: async (record, password) => {
    const foreign = foreignCheck(record);
    if (foreign !== undefined) return foreign(password);
    return record.startsWith(PEPPERED)
      ? verify(record.slice(PEPPERED.length), normalised(password), { secret: pepper.key })
      : verify(record, normalised(password));
  },
  isOutdated: (record) => {
    if (foreignCheck(record) !== undefined) return true;
    const peppered = record.startsWith(PEPPERED);
    if (peppered !== pepper.inUse) return true;
    const found = parseOptions(peppered ? record.slice(PEPPERED.length) : record);
    return (
      found.algorithm !== ARGON2ID ||
      found.memoryCost !== memory ||
      found.timeCost !== passes ||
      found.parallelism !== lanes
    );
  },
});

import { createHmac } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import type { Settings } from '../settings.ts';
import { foreignCheck } from './foreign-hashes.ts';

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

// What a pepper was mixed into says so, since the hash itself cannot: `pepper:` for the vault's, `pepper:ID:` for one of
// the operator's own.
const PEPPERED = /^pepper:(?:([A-Za-z0-9_-]{11}):)?(\$argon2.*)$/s;

/**
 * SP 800-63B-4, 3.1.1.2: Unicode passwords are normalised before they are hashed, so that the same password typed on
 * another system is the same password.
 */
const normalised = (password: string): string => password.normalize('NFKC');

export interface Peppers {
  /** 32 bytes from the vault. */
  vault: Uint8Array;
  /** The operator's own secret, which takes the place of the vault's. */
  own: Uint8Array | undefined;
  /** Whether new hashes get one. Records made in another way go on working until their next sign-in. */
  inUse: boolean;
}

interface Mixed {
  prefix: string;
  key: Uint8Array | undefined;
}

const ownPepper = (secret: Uint8Array): Mixed => {
  const key = createHmac('sha256', secret).update('gatehouse password pepper').digest();
  const id = createHmac('sha256', key).update('id').digest().subarray(0, 8).toString('base64url');
  return { prefix: `pepper:${id}:`, key };
};

/** Argon2id (RFC 9106), its parameters recorded in every hash. */
export const argon2Hasher = (
  { memory, passes, lanes }: Settings['passwords']['argon2'],
  peppers: Peppers,
): PasswordHasher => {
  const none: Mixed = { prefix: '', key: undefined };
  const own = peppers.own === undefined ? undefined : ownPepper(peppers.own);
  const vault: Mixed = { prefix: 'pepper:', key: peppers.vault };
  const inForce = peppers.inUse ? (own ?? vault) : none;
  const options = (mixed: Mixed) => (mixed.key === undefined ? {} : { secret: mixed.key });

  /** The bare hash and what was mixed into it; undefined when that pepper is gone. */
  const partsOf = (record: string): { bare: string; mixed: Mixed | undefined } => {
    const match = PEPPERED.exec(record);
    if (match === null) return { bare: record, mixed: none };
    const [, id, bare = ''] = match;
    if (id === undefined) return { bare, mixed: vault };
    return { bare, mixed: own?.prefix === `pepper:${id}:` ? own : undefined };
  };

  return {
    hash: async (password) =>
      inForce.prefix +
      (await hash(normalised(password), {
        algorithm: ARGON2ID,
        memoryCost: memory,
        timeCost: passes,
        parallelism: lanes,
        ...options(inForce),
      })),
    verify: async (record, password) => {
      const foreign = foreignCheck(record);
      if (foreign !== undefined) return foreign(password);
      const { bare, mixed } = partsOf(record);
      const equal = await verify(bare, normalised(password), options(mixed ?? none));
      return mixed !== undefined && equal;
    },
    isOutdated: (record) => {
      if (foreignCheck(record) !== undefined) return true;
      const { bare, mixed } = partsOf(record);
      if (mixed !== inForce) return true;
      const found = parseOptions(bare);
      return (
        found.algorithm !== ARGON2ID ||
        found.memoryCost !== memory ||
        found.timeCost !== passes ||
        found.parallelism !== lanes
      );
    },
  };
};

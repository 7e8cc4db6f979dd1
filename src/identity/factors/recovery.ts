import { createHmac, randomBytes } from 'node:crypto';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import type { SecondFactor } from './second-factor.ts';

const CODES = 10;
// Crockford's base 32: no I, L, O, U.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 12;

const newCode = (): string => {
  const text = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join('');
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
};

/** One form for every way to type a code: without groups, in any case, with the letters that look like digits. */
const plain = (typed: string): string =>
  typed.slice(0, 64).toLowerCase().replace(/[\s-]/g, '').replace(/[il]/g, '1').replace(/o/g, '0');

export interface RecoveryCodes extends SecondFactor {
  /** Ten new codes of 60 bits inside a transaction; the older ones stop working. */
  write(tx: Queries, personId: string): Promise<readonly string[]>;
  /** The same where the person has none; undefined where there are some. */
  writeFirst(tx: Queries, personId: string): Promise<readonly string[] | undefined>;
  left(personId: string): Promise<number>;
}

/** Codes on paper, each for one use (C06). Only keyed hashes are kept: the database alone can try none of them. */
export const recoveryFactor = ({ store, vault, clock }: Ports): RecoveryCodes => {
  const key = vault.derive('recovery codes');
  const hashOf = (personId: string, code: string): Buffer =>
    createHmac('sha256', key)
      .update(`${personId} ${plain(code)}`)
      .digest();

  const left = async (personId: string, db: Queries = store.db): Promise<number> => {
    const row = await db
      .selectFrom('recovery_codes')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };

  const write: RecoveryCodes['write'] = async (tx, personId) => {
    const codes = Array.from({ length: CODES }, newCode);
    const now = clock.now();
    await tx.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
    await tx
      .insertInto('recovery_codes')
      .values(
        codes.map((code) => ({ person_id: personId, code_hash: hashOf(personId, code), created_at: now })),
      )
      .execute();
    return codes;
  };

  return {
    kind: 'recovery',
    guessable: true,
    left: (personId) => left(personId),
    isReady: async (personId) => (await left(personId)) > 0,

    check: async (person, answer) => {
      // Gone with its use: of any number at once one finds it.
      const won = await store.db
        .deleteFrom('recovery_codes')
        .where('person_id', '=', person.id)
        .where('code_hash', '=', hashOf(person.id, answer))
        .returning('person_id')
        .executeTakeFirst();
      return won === undefined ? { right: false, reason: 'wrong recovery code' } : { right: true };
    },

    write,
    writeFirst: async (tx, personId) => ((await left(personId, tx)) > 0 ? undefined : write(tx, personId)),
  };
};

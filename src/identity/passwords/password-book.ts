import { randomBytes } from 'node:crypto';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { WorkQueue } from './work-queue.ts';

export interface StoredPassword {
  record: string;
  sealed: Uint8Array;
  expiresAt: number | undefined;
}

// Longer than any policy allows: hashed to its limit and wrong, so that a megabyte costs what a word costs.
const LONGEST = 8_192;

const placeOf = (personId: string) => ({ table: 'passwords', column: 'sealed_hash', row: personId });

/** The passwords in the database. Every check is one hash, whether or not the account exists or has a password. */
export class PasswordBook {
  readonly #ports: Ports;
  readonly #hasher: PasswordHasher;
  readonly #queue: WorkQueue;
  #nobody: Promise<string> | undefined;

  constructor(ports: Ports, hasher: PasswordHasher, queue: WorkQueue) {
    this.#ports = ports;
    this.#hasher = hasher;
    this.#queue = queue;
  }

  /** Makes ready what unknown accounts are checked against, so that the first guess is no slower than the next. */
  async begin(): Promise<void> {
    await this.#decoy();
  }

  /**
   * Whether this is the person's password now. Does the same work for nobody (undefined).
   * @throws {Busy}
   */
  async isRight(personId: string | undefined, password: string): Promise<boolean> {
    const { clock } = this.#ports;
    const stored = personId === undefined ? undefined : await this.#read(personId);
    const record = stored?.record ?? (await this.#decoy());
    const text = password.slice(0, LONGEST);
    const equal = await this.#queue.run(() => this.#hasher.verify(record, text));
    const valid = stored !== undefined && (stored.expiresAt === undefined || clock.now() < stored.expiresAt);
    const right = equal && valid && password.length <= LONGEST;
    if (right && personId !== undefined && this.#hasher.isOutdated(record)) {
      await this.#rehash(personId, stored, text);
    }
    return right;
  }

  /** @throws {Busy} */
  hash(password: string): Promise<string> {
    return this.#queue.run(() => this.#hasher.hash(password));
  }

  async write(
    tx: Queries,
    personId: string,
    record: string,
    options: { mustChange: boolean; expiresAt?: number },
  ): Promise<void> {
    const values = {
      sealed_hash: this.#ports.vault.seal(placeOf(personId), record),
      set_at: this.#ports.clock.now(),
      must_change: options.mustChange ? 1 : 0,
      expires_at: options.expiresAt ?? null,
    };
    await tx
      .insertInto('passwords')
      .values({ person_id: personId, ...values })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet(values))
      .execute();
  }

  async #read(personId: string): Promise<StoredPassword | undefined> {
    const { store, vault } = this.#ports;
    const row = await store.db
      .selectFrom('passwords')
      .select(['sealed_hash', 'expires_at'])
      .where('person_id', '=', personId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const record = await vault.open(placeOf(personId), row.sealed_hash);
    return {
      record: record.toString('utf8'),
      sealed: row.sealed_hash,
      expiresAt: row.expires_at ?? undefined,
    };
  }

  /** The moment of a right password is the only one at which its hash can be brought up to date. */
  async #rehash(personId: string, stored: StoredPassword, password: string): Promise<void> {
    const { store, vault } = this.#ports;
    try {
      const record = await this.hash(password);
      await store.db
        .updateTable('passwords')
        .set({ sealed_hash: vault.seal(placeOf(personId), record) })
        .where('person_id', '=', personId)
        .where('sealed_hash', '=', stored.sealed)
        .execute();
    } catch {
      // Busy, or the database is away: the old hash is still good, and the next sign-in tries again.
    }
  }

  #decoy(): Promise<string> {
    this.#nobody ??= this.#hasher.hash(randomBytes(32).toString('base64url'));
    return this.#nobody;
  }
}

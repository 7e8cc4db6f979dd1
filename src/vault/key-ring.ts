import { hkdfSync, randomBytes } from 'node:crypto';
import { base64url, type Clock, GatehouseError } from '../core/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { commitmentIn, commitmentOf, openWith, type Place, sealWith } from './sealed-box.ts';

// Random 96-bit nonces: at most 2^32 uses of one key keep the chance of a repetition under 2^-32 (SP 800-38D, 8.3).
const MAX_USES = 2 ** 32;
const RESERVE = 2 ** 16;

interface Key {
  id: string;
  bytes: Buffer;
  commitment: Buffer;
}

interface ActiveKey extends Key {
  /** Uses set aside in the database and not made yet. */
  left: number;
}

export interface KeyRingOptions {
  store: Store;
  clock: Clock;
  master: Buffer;
  /** Most uses of one key; default 2^32. */
  maxUses?: number;
  /** Uses set aside at once; default 2^16. */
  reserve?: number;
}

const placeOf = (id: string): Place => ({ table: 'vault_keys', column: 'sealed_key', row: id });

const wrongMaster = (cause: unknown): GatehouseError =>
  new GatehouseError('key-unreadable', 'the master key is not the one that this data was sealed with', {
    cause,
    remedy: 'Put back the master key that belongs to this database.',
  });

/** The keys that seal, kept in the database under the master key, so that all instances share them. */
export class KeyRing {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #master: Buffer;
  readonly #masterCommitment: Buffer;
  readonly #maxUses: number;
  readonly #reserve: number;
  readonly #keys = new Map<string, Key>();
  #active: ActiveKey | undefined;
  #root: Buffer = Buffer.alloc(0);
  #toppingUp: Promise<void> | undefined;

  constructor(options: KeyRingOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#master = options.master;
    this.#masterCommitment = commitmentOf(options.master);
    this.#maxUses = options.maxUses ?? MAX_USES;
    this.#reserve = Math.min(options.reserve ?? RESERVE, this.#maxUses);
  }

  /** Reads all keys, makes the first ones, and sets uses aside. */
  async load(): Promise<void> {
    await this.#store.transaction(async (tx) => {
      // Two instances that start together on an empty database make one set of keys.
      await lockKeys(tx);
      const rows = await tx.selectFrom('vault_keys').select(['purpose', 'retired_at']).execute();
      for (const purpose of ['seal', 'derive']) {
        if (!rows.some((row) => row.purpose === purpose && row.retired_at === null))
          await this.#make(tx, purpose);
      }
    });
    await this.refresh();
  }

  /** Reads keys that other instances made, and goes over to the one in use when it has uses set aside there. */
  async refresh(): Promise<void> {
    const rows = await this.#store.db.selectFrom('vault_keys').selectAll().orderBy('created_at').execute();
    for (const row of rows) {
      const bytes = this.#unwrap(row.id, row.sealed_key);
      if (row.purpose === 'derive') this.#root = bytes;
      else this.#keys.set(row.id, { id: row.id, bytes, commitment: commitmentOf(bytes) });
    }
    const current = rows.find(({ purpose, retired_at }) => purpose === 'seal' && retired_at === null);
    const key = current === undefined ? undefined : this.#keys.get(current.id);
    if (key === undefined || key.id === this.#active?.id) return;
    // Until the uses are there the key before goes on: a seal in between must not fail.
    if (await this.#setAside(key.id)) this.#active = { ...key, left: this.#reserve };
  }

  seal(place: Place, plaintext: Uint8Array): Buffer {
    const active = this.#active;
    if (active === undefined || active.left <= this.#reserve / 2) this.#topUp().catch(() => undefined);
    if (active === undefined || active.left <= 0) {
      throw new GatehouseError('key-exhausted', 'the sealing key has no uses left that were set aside', {
        remedy: 'Try again in a moment; if it stays, look whether the database can be written.',
      });
    }
    active.left--;
    return sealWith(active.bytes, active.commitment, place, plaintext);
  }

  async open(place: Place, sealed: Uint8Array): Promise<Buffer> {
    const id = base64url(commitmentIn(sealed));
    if (!this.#keys.has(id)) await this.refresh();
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new GatehouseError('key-missing', 'the key of a sealed value is not in the database', {
        remedy: 'Bring back a backup that holds both.',
      });
    }
    return openWith(key.bytes, key.commitment, place, sealed);
  }

  /** Whether a value was sealed with the key in use now. */
  isCurrent(sealed: Uint8Array): boolean {
    return this.#active !== undefined && commitmentIn(sealed).equals(this.#active.commitment);
  }

  derive(purpose: string, length: number): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, '', `gatehouse ${purpose}`, length));
  }

  /** Begins with a new key; the old one goes on opening what it sealed. Returns the new key's id. */
  async rotate(): Promise<string> {
    const id = await this.#store.transaction(async (tx) => {
      await lockKeys(tx);
      await tx
        .updateTable('vault_keys')
        .set({ retired_at: this.#clock.now() })
        .where('purpose', '=', 'seal')
        .where('retired_at', 'is', null)
        .execute();
      return this.#make(tx, 'seal');
    });
    await this.refresh();
    return id;
  }

  /** Sets uses aside for a bulk of `count` seals. */
  async prepare(count: number): Promise<void> {
    const needed = Math.min(count, this.#maxUses);
    while ((this.#active?.left ?? 0) < needed) await this.#topUp();
  }

  async #make(tx: Queries, purpose: string): Promise<string> {
    const bytes = randomBytes(32);
    const id = base64url(commitmentOf(bytes));
    const sealed_key = sealWith(this.#master, this.#masterCommitment, placeOf(id), bytes);
    await tx
      .insertInto('vault_keys')
      .values({ id, purpose, sealed_key, created_at: this.#clock.now(), retired_at: null, uses: 0 })
      .execute();
    return id;
  }

  #unwrap(id: string, sealed: Uint8Array): Buffer {
    try {
      return openWith(this.#master, this.#masterCommitment, placeOf(id), sealed);
    } catch (cause) {
      throw wrongMaster(cause);
    }
  }

  #topUp(): Promise<void> {
    this.#toppingUp ??= this.#fill().finally(() => {
      this.#toppingUp = undefined;
    });
    return this.#toppingUp;
  }

  async #fill(): Promise<void> {
    const active = this.#active;
    if (active === undefined) return this.refresh();
    if (await this.#setAside(active.id)) active.left += this.#reserve;
    else await this.#replaceSpent(active.id);
  }

  /** Counts `reserve` uses as made; false when the key is retired or has not so many left. */
  async #setAside(id: string): Promise<boolean> {
    const row = await this.#store.db
      .updateTable('vault_keys')
      .set(({ eb }) => ({ uses: eb('uses', '+', this.#reserve) }))
      .where('id', '=', id)
      .where('retired_at', 'is', null)
      .where('uses', '<=', this.#maxUses - this.#reserve)
      .returning('uses')
      .executeTakeFirst();
    return row !== undefined;
  }

  async #replaceSpent(id: string): Promise<void> {
    await this.#store.transaction(async (tx) => {
      await lockKeys(tx);
      const retired = await tx
        .updateTable('vault_keys')
        .set({ retired_at: this.#clock.now() })
        .where('id', '=', id)
        .where('retired_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (retired !== undefined) await this.#make(tx, 'seal');
    });
    await this.refresh();
  }
}

const lockKeys = async (tx: Queries): Promise<void> => {
  await tx
    .updateTable('epochs')
    .set(({ eb }) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'keys')
    .execute();
};

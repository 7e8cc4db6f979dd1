import { type Clock, systemClock, utf8 } from '../core/index.ts';
import type { Store } from '../store/index.ts';
import { KeyRing } from './key-ring.ts';
import { masterKey } from './master-key.ts';
import { resealAll } from './reseal.ts';
import type { Place } from './sealed-box.ts';
import { openSigningKeys, type SigningKeys, type SigningKeysOptions } from './signing-keys.ts';

export interface Vault {
  /**
   * Seals a value for exactly this table, column and row. Synchronous, so it may be used inside a transaction.
   * @throws {GatehouseError} `key-exhausted` when more than 65,536 values are sealed in one go without `prepare`.
   */
  seal(place: Place, plaintext: Uint8Array | string): Buffer;
  /**
   * Opens what was sealed for this place. May read the database (a key that another instance made), so it must not be
   * called inside a transaction.
   * @throws {GatehouseError} `sealed-value-invalid` for a changed, moved or cut value, `key-missing` for an unknown key.
   */
  open(place: Place, sealed: Uint8Array): Promise<Buffer>;
  /** Sets uses aside for a bulk of `count` seals that follow. */
  prepare(count: number): Promise<void>;
  /** A subkey for one purpose (HKDF-SHA256, RFC 5869), the same on every instance and after every rotation. */
  derive(purpose: string, length?: number): Buffer;
  /** Key pairs for signatures, kept sealed. */
  signingKeys(options: SigningKeysOptions): Promise<SigningKeys>;
  /** Begins with a new sealing key; values sealed before go on opening. Returns the new key's id. */
  rotate(): Promise<string>;
  /**
   * Seals what older keys sealed with the key in use, while everything goes on; may be run again at any time. Returns
   * how many rows were sealed anew.
   */
  reseal(): Promise<number>;
  /** Reads keys that another instance made. */
  refresh(): Promise<void>;
}

export interface VaultOptions {
  /** The data directory; the master key is `keys/master.key` in it. */
  directory: string;
  store: Store;
  clock?: Clock;
  /** Where GATEHOUSE_MASTER_KEY (base64 of 32 bytes) is looked for. Default: nowhere, so that it is named on purpose. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Most uses of one sealing key; default 2^32, the bound of SP 800-38D for random nonces. */
  maxUses?: number;
  /** Uses set aside at once. Default 2^16. */
  reserve?: number;
}

/**
 * Opens the vault; makes master key and sealing keys on first use.
 * @throws {GatehouseError} `key-missing`, `key-unreadable`, and those of the store.
 */
export const openVault = async (options: VaultOptions): Promise<Vault> => {
  const { directory, store, clock = systemClock, env = {}, maxUses, reserve } = options;
  const sealedBefore = await store.db.selectFrom('vault_keys').select('id').limit(1).executeTakeFirst();
  const master = masterKey({ directory, env, mayMake: sealedBefore === undefined });
  const ring = new KeyRing({
    store,
    clock,
    master,
    ...(maxUses === undefined ? {} : { maxUses }),
    ...(reserve === undefined ? {} : { reserve }),
  });
  await ring.load();
  return {
    seal: (place, plaintext) => ring.seal(place, typeof plaintext === 'string' ? utf8(plaintext) : plaintext),
    open: (place, sealed) => ring.open(place, sealed),
    prepare: (count) => ring.prepare(count),
    derive: (purpose, length = 32) => ring.derive(purpose, length),
    signingKeys: (keys) => openSigningKeys({ store, ring, clock }, keys),
    rotate: () => ring.rotate(),
    reseal: () => resealAll(store, ring),
    refresh: () => ring.refresh(),
  };
};

/**
 * Keeps keys apart from data: seals values so that they open at their table, column and row alone, derives subkeys by
 * purpose, and holds the key pairs that sign. The master key is in a file or the environment, never in the database.
 */
export type { Place } from './sealed-box.ts';
export type { PublicJwk, SigningKey, SigningKeys, SigningKeysOptions } from './signing-keys.ts';
export { openVault, type Vault, type VaultOptions } from './vault.ts';

import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Clock, GatehouseError, newId, parseJson } from '../core/index.ts';
import type { Queries, Store } from '../store/index.ts';
import type { KeyRing } from './key-ring.ts';
import type { Place } from './sealed-box.ts';

const generate = promisify(generateKeyPair);

/** A public key of RFC 7517. */
export type PublicJwk = Readonly<Record<string, unknown>> & { kid: string };

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/**
 * ES256 key pairs (P-256, FIPS 186-5) for one purpose. The next pair is published before it signs, so that who keeps
 * a copy of the public keys knows it already when it is used.
 */
export interface SigningKeys {
  current(): SigningKey;
  /** Next, current, and those retired less than `keepRetired` ago. */
  published(): readonly PublicJwk[];
  /** Retires the current pair, signs with the next one, and makes another next one. Returns the new `kid`. */
  rotate(): Promise<string>;
  /** Reads what another instance changed. */
  refresh(): Promise<void>;
}

export interface SigningKeysOptions {
  purpose: string;
  /** Milliseconds for which a retired key stays published. */
  keepRetired: number;
}

interface Loaded {
  current: SigningKey;
  published: readonly { jwk: PublicJwk; retiredAt: number | null }[];
}

const placeOf = (id: string): Place => ({ table: 'signing_keys', column: 'sealed_private_key', row: id });

const newPair = async (): Promise<{ publicJwk: Record<string, unknown>; pkcs8: Buffer }> => {
  const { publicKey, privateKey } = await generate('ec', { namedCurve: 'P-256' });
  return {
    publicJwk: { ...publicKey.export({ format: 'jwk' }) },
    pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
};

export const openSigningKeys = async (
  ports: { store: Store; ring: KeyRing; clock: Clock },
  { purpose, keepRetired }: SigningKeysOptions,
): Promise<SigningKeys> => {
  const { store, ring, clock } = ports;
  let loaded: Loaded | undefined;

  const bump = (tx: Queries) =>
    tx
      .updateTable('epochs')
      .set(({ eb }) => ({ value: eb('value', '+', 1) }))
      .where('name', '=', 'keys')
      .execute();

  const insert = async (
    tx: Queries,
    status: 'next' | 'current',
    pair: Awaited<ReturnType<typeof newPair>>,
  ) => {
    const id = newId('key');
    const jwk = { ...pair.publicJwk, kid: id, use: 'sig', alg: 'ES256' };
    await tx
      .insertInto('signing_keys')
      .values({
        id,
        purpose,
        status,
        public_key: JSON.stringify(jwk),
        sealed_private_key: ring.seal(placeOf(id), pair.pkcs8),
        created_at: clock.now(),
        retired_at: null,
      })
      .execute();
  };

  const refresh = async (): Promise<void> => {
    const rows = await store.db
      .selectFrom('signing_keys')
      .selectAll()
      .where('purpose', '=', purpose)
      .execute();
    const row = rows.find(({ status }) => status === 'current');
    if (row === undefined) {
      throw new GatehouseError('key-missing', `there is no current signing key for ${purpose}`, {
        remedy: 'Bring back the last backup.',
      });
    }
    const pkcs8 = await ring.open(placeOf(row.id), row.sealed_private_key);
    loaded = {
      current: {
        kid: row.id,
        privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
      },
      published: rows.map(({ public_key, retired_at }) => ({
        jwk: parseJson(public_key) as PublicJwk,
        retiredAt: retired_at,
      })),
    };
  };

  const ready = (): Loaded => {
    if (loaded !== undefined) return loaded;
    throw new GatehouseError('key-missing', `the signing keys for ${purpose} are not loaded`);
  };

  const [first, second] = [await newPair(), await newPair()];
  await store.transaction(async (tx) => {
    await bump(tx);
    const rows = await tx
      .selectFrom('signing_keys')
      .select('status')
      .where('purpose', '=', purpose)
      .execute();
    if (!rows.some(({ status }) => status === 'current')) await insert(tx, 'current', first);
    if (!rows.some(({ status }) => status === 'next')) await insert(tx, 'next', second);
  });
  await refresh();

  return {
    current: () => ready().current,
    published: () =>
      ready()
        .published.filter(({ retiredAt }) => retiredAt === null || retiredAt + keepRetired > clock.now())
        .map(({ jwk }) => jwk),
    refresh,
    rotate: async () => {
      const pair = await newPair();
      await store.transaction(async (tx) => {
        await bump(tx);
        const ours = () => tx.updateTable('signing_keys').where('purpose', '=', purpose);
        await ours()
          .set({ status: 'retired', retired_at: clock.now() })
          .where('status', '=', 'current')
          .execute();
        await ours().set({ status: 'current' }).where('status', '=', 'next').execute();
        await insert(tx, 'next', pair);
        await tx
          .deleteFrom('signing_keys')
          .where('purpose', '=', purpose)
          .where('status', '=', 'retired')
          .where('retired_at', '<', clock.now() - keepRetired)
          .execute();
      });
      await refresh();
      return ready().current.kid;
    },
  };
};

import { z } from 'zod';
import { parseJson, sha256 } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Ports } from '../ports.ts';
import type { Passkey } from './types.ts';

const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

const credentialSchema = z.object({
  credentialId: z.string(),
  /** COSE key (RFC 9052) in base64url. */
  publicKey: z.string(),
  transports: z.array(z.enum(TRANSPORTS)),
  name: z.string(),
  synced: z.boolean(),
});

export type Credential = z.infer<typeof credentialSchema>;

export interface StoredPasskey extends Credential {
  id: string;
  personId: string;
  counter: number;
  createdAt: number;
  lastUsedAt: number | undefined;
}

export const knownTransports = (transports: readonly string[] | undefined): Credential['transports'] =>
  TRANSPORTS.filter((transport) => transports?.includes(transport) ?? false);

export const passkeyOf = ({ id, name, synced, createdAt, lastUsedAt }: StoredPasskey): Passkey => ({
  id,
  name,
  synced,
  addedAt: createdAt,
  lastUsedAt,
});

const placeOf = (id: string) => ({ table: 'passkeys', column: 'sealed_credential', row: id });

/** The passkeys in the database. Even public keys are sealed: whoever can write to it cannot put in a key of their own. */
export class PasskeyBook {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async ofPerson(personId: string): Promise<StoredPasskey[]> {
    const rows = await this.#ports.store.db
      .selectFrom('passkeys')
      .selectAll()
      .where('person_id', '=', personId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return Promise.all(rows.map((row) => this.#opened(row)));
  }

  /** By the id that its authenticator gave it (base64url). */
  async byCredential(credentialId: string): Promise<StoredPasskey | undefined> {
    const row = await this.#ports.store.db
      .selectFrom('passkeys')
      .selectAll()
      .where('credential_hash', '=', sha256(credentialId))
      .executeTakeFirst();
    const stored = row === undefined ? undefined : await this.#opened(row);
    return stored?.credentialId === credentialId ? stored : undefined;
  }

  async count(personId: string): Promise<number> {
    const row = await this.#ports.store.db
      .selectFrom('passkeys')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  async insert(tx: Queries, id: string, personId: string, credential: Credential, counter: number) {
    const now = this.#ports.clock.now();
    await tx
      .insertInto('passkeys')
      .values({
        id,
        person_id: personId,
        credential_hash: sha256(credential.credentialId),
        sealed_credential: this.#ports.vault.seal(placeOf(id), JSON.stringify(credential)),
        counter,
        created_at: now,
        last_used_at: now,
      })
      .execute();
  }

  /** Notes a use; false when the counter did not go on (WebAuthn, 7.2 step 22), also of two uses at once. */
  async used(id: string, counter: number): Promise<boolean> {
    const row = await this.#ports.store.db
      .updateTable('passkeys')
      .set({ counter, last_used_at: this.#ports.clock.now() })
      .where('id', '=', id)
      .where(({ or, eb }) =>
        or([eb('counter', '<', counter), ...(counter === 0 ? [eb('counter', '=', 0)] : [])]),
      )
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async rename(personId: string, id: string, name: string): Promise<true | undefined> {
    const stored = (await this.ofPerson(personId)).find((passkey) => passkey.id === id);
    if (stored === undefined) return undefined;
    const credential = credentialSchema.parse({ ...stored, name });
    const row = await this.#ports.store.db
      .updateTable('passkeys')
      .set({ sealed_credential: this.#ports.vault.seal(placeOf(id), JSON.stringify(credential)) })
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .returning('id')
      .executeTakeFirst();
    return row === undefined ? undefined : true;
  }

  async #opened(row: {
    id: string;
    person_id: string;
    sealed_credential: Uint8Array;
    counter: number;
    created_at: number;
    last_used_at: number | null;
  }): Promise<StoredPasskey> {
    const opened = await this.#ports.vault.open(placeOf(row.id), row.sealed_credential);
    return {
      ...credentialSchema.parse(parseJson(opened.toString('utf8'))),
      id: row.id,
      personId: row.person_id,
      counter: row.counter,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at ?? undefined,
    };
  }
}

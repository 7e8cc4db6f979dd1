// Types that mean the same on both engines: text, numbers (times in milliseconds since the epoch; flags are 0 and 1)
// and bytes. Columns named `sealed_…` hold what the vault sealed for exactly that table, column and row.

export interface PeopleTable {
  id: string;
  /** Keyed hash of the canonical account name: finds the account without telling the name. */
  name_index: Uint8Array;
  /** JSON: name, displayName, email. */
  sealed_profile: Uint8Array;
  disabled: number;
  created_at: number;
  last_sign_in_at: number | null;
}

export interface PersonRolesTable {
  person_id: string;
  role: string;
  /** A role for a limited time: from then on it counts for nothing. */
  ends_at: number | null;
}

export interface PasswordsTable {
  person_id: string;
  sealed_hash: Uint8Array;
  set_at: number;
  must_change: number;
  /** A temporary password's end. */
  expires_at: number | null;
}

/** Set-up and reset links: only hashes of their tokens. */
export interface LinksTable {
  token_hash: Uint8Array;
  purpose: string;
  person_id: string | null;
  created_at: number;
  expires_at: number | null;
}

export interface SignInsTable {
  state_hash: Uint8Array;
  browser_hash: Uint8Array;
  /** JSON: the state of the machine. */
  sealed_state: Uint8Array;
  person_id: string;
  attempts: number;
  created_at: number;
  expires_at: number;
}

export interface SessionsTable {
  id: string;
  token_hash: Uint8Array;
  person_id: string;
  parent_id: string | null;
  app: string | null;
  /** JSON: what was used and when. */
  factors: string;
  mfa_at: number | null;
  /** JSON: address, device. */
  sealed_client: Uint8Array;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  ended_at: number | null;
  ended_why: string | null;
  /** The epoch that its end began; other instances read what they have not seen yet. */
  ended_epoch: number | null;
}

export interface HandOffsTable {
  code_hash: Uint8Array;
  session_id: string;
  app: string;
  challenge: string;
  sealed_return_to: Uint8Array;
  created_at: number;
  expires_at: number;
}

/** An authenticator app: at most one a person. */
export interface TotpTable {
  person_id: string;
  sealed_secret: Uint8Array;
  /** The time step (RFC 6238) of the last code that was accepted: none up to it counts again. */
  last_step: number;
  created_at: number;
  last_used_at: number | null;
}

export interface PasskeysTable {
  id: string;
  person_id: string;
  /** Hash of the credential's id: finds it when nobody has said who they are. */
  credential_hash: Uint8Array;
  /** JSON: the credential's id, public key, transports and name. */
  sealed_credential: Uint8Array;
  /** The authenticator's signature counter (WebAuthn, 6.1.1); 0 for ever where it keeps none. */
  counter: number;
  created_at: number;
  last_used_at: number | null;
}

/** Unused recovery codes: keyed hashes alone. */
/** The one code that a person was sent; a keyed hash. */
export interface SentCodesTable {
  person_id: string;
  code_hash: Uint8Array;
  attempts: number;
  created_at: number;
  expires_at: number;
}

export interface RecoveryCodesTable {
  person_id: string;
  code_hash: Uint8Array;
  created_at: number;
}

/** What somebody was about to send when a fresh factor was asked for. */
export interface KeptFormsTable {
  token_hash: Uint8Array;
  /** The portal's session. */
  session_id: string;
  app: string;
  /** JSON: address and fields. */
  sealed_form: Uint8Array;
  created_at: number;
  expires_at: number;
}

/** Who a person is elsewhere: one row an account at a provider. */
export interface ProviderLinksTable {
  id: string;
  person_id: string;
  /** Name of the provider in the configuration. */
  provider: string;
  /** Keyed hash of issuer and subject. */
  identity_index: Uint8Array;
  /** JSON: issuer, subject, name, e-mail. */
  sealed_identity: Uint8Array;
  created_at: number;
  last_used_at: number | null;
}

/** The roles of `person_roles` that a provider gave, and takes again. */
export interface ProviderRolesTable {
  link_id: string;
  person_id: string;
  role: string;
}

/** Browsers that are on their way to a provider. */
export interface ProviderRequestsTable {
  state_hash: Uint8Array;
  browser_hash: Uint8Array;
  /** JSON: nonce, PKCE verifier, purpose, return. */
  sealed_request: Uint8Array;
  created_at: number;
  expires_at: number;
}

/** A sign-in by a provider; the factor of a session names it, so that the provider can end what it began. */
export interface ProviderSignInsTable {
  id: string;
  link_id: string;
  /** Keyed hash of the provider's `sid`. */
  sid_index: Uint8Array | null;
  created_at: number;
}

/** What a scan found and was told to keep (C54). */
export interface FindingsTable {
  fingerprint: string;
  /** Absolute path of what was scanned: a later scan of the same says what is gone. */
  root: string;
  /** `open` or `gone`. */
  state: string;
  /** JSON: the finding. */
  finding: string;
  first_seen_at: number;
  last_seen_at: number;
  gone_at: number | null;
  /** The event that recorded its last change. */
  event_id: string | null;
}

/** Rules at the gate that were made from findings. */
export interface ShieldsTable {
  id: string;
  fingerprint: string;
  app: string;
  /** `proposed`, `observe`, `block` or `removed`. */
  state: string;
  /** JSON: the rule. */
  shield: string;
  created_at: number;
  changed_at: number;
  /** Since when its removal is proposed. */
  retire_at: number | null;
  event_id: string | null;
}

/** What the last probe of a finding at an app saw. */
export interface ProbesTable {
  fingerprint: string;
  app: string;
  /** `open`, `shielded`, `fixed` or `unproved`. */
  outcome: string;
  /** What the bare app did, in a sentence. */
  direct: string;
  /** What came back through the gate, in a sentence. */
  gated: string | null;
  /** What became of ordinary values, in a sentence. */
  ordinary: string | null;
  incident: string | null;
  at: number;
  event_id: string | null;
}

/** Numbers that only grow; whoever changes what others cache raises one in the same transaction. */
export interface EpochsTable {
  /** `ends` (of sessions), `changes` (of anything else that sessions show), `keys`, `shields`. */
  name: string;
  value: number;
}

export interface VaultKeysTable {
  /** Base64url of the key's commitment: no other key has it. */
  id: string;
  purpose: string;
  /** The key, sealed under the master key. */
  sealed_key: Uint8Array;
  created_at: number;
  retired_at: number | null;
  /** Uses set aside so far; never less than the uses made. */
  uses: number;
}

export interface SigningKeysTable {
  id: string;
  purpose: string;
  /** `next`, `current` or `retired`. */
  status: string;
  /** JSON Web Key (RFC 7517). */
  public_key: string;
  sealed_private_key: Uint8Array;
  created_at: number;
  retired_at: number | null;
}

export interface SchemaVersionsTable {
  version: number;
  name: string;
  applied_at: number;
}

/** Every table, as kysely reads it. */
export interface Schema {
  people: PeopleTable;
  person_roles: PersonRolesTable;
  passwords: PasswordsTable;
  links: LinksTable;
  sign_ins: SignInsTable;
  sessions: SessionsTable;
  hand_offs: HandOffsTable;
  totp: TotpTable;
  passkeys: PasskeysTable;
  recovery_codes: RecoveryCodesTable;
  sent_codes: SentCodesTable;
  kept_forms: KeptFormsTable;
  provider_links: ProviderLinksTable;
  provider_roles: ProviderRolesTable;
  provider_requests: ProviderRequestsTable;
  provider_sign_ins: ProviderSignInsTable;
  findings: FindingsTable;
  shields: ShieldsTable;
  probes: ProbesTable;
  epochs: EpochsTable;
  vault_keys: VaultKeysTable;
  signing_keys: SigningKeysTable;
  schema_versions: SchemaVersionsTable;
}

/** A sealed column, and the column whose value names the row that it is bound to (bytes count as base64url). */
export interface SealedColumn {
  table:
    | 'people'
    | 'passwords'
    | 'sign_ins'
    | 'sessions'
    | 'hand_offs'
    | 'totp'
    | 'passkeys'
    | 'kept_forms'
    | 'provider_links'
    | 'provider_requests'
    | 'signing_keys';
  column: string;
  row: string;
}

/** Every column that is sealed, for whoever seals them anew. A test holds this list and the tables together. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'people', column: 'sealed_profile', row: 'id' },
  { table: 'passwords', column: 'sealed_hash', row: 'person_id' },
  { table: 'sign_ins', column: 'sealed_state', row: 'state_hash' },
  { table: 'sessions', column: 'sealed_client', row: 'id' },
  { table: 'hand_offs', column: 'sealed_return_to', row: 'code_hash' },
  { table: 'totp', column: 'sealed_secret', row: 'person_id' },
  { table: 'passkeys', column: 'sealed_credential', row: 'id' },
  { table: 'kept_forms', column: 'sealed_form', row: 'token_hash' },
  { table: 'provider_links', column: 'sealed_identity', row: 'id' },
  { table: 'provider_requests', column: 'sealed_request', row: 'state_hash' },
  { table: 'signing_keys', column: 'sealed_private_key', row: 'id' },
];

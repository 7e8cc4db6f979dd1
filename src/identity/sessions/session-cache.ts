import type { Session } from '../types.ts';

export interface CachedSession {
  session: Session;
  tokenHash: string;
  /** The epoch of changes that it was read at; an older one has to be read again. */
  changes: number;
}

/**
 * Sessions by token hash and by id. Holds nothing but sessions that were found in the database, so that a flood of
 * made-up tokens takes no place; the cap bounds what a flood of sign-ins takes. The one used longest ago goes.
 */
export class SessionCache {
  readonly #cap: number;
  readonly #byToken = new Map<string, CachedSession>();
  readonly #byId = new Map<string, CachedSession>();

  constructor(cap: number) {
    this.#cap = cap;
  }

  byToken(tokenHash: string): CachedSession | undefined {
    const entry = this.#byToken.get(tokenHash);
    if (entry === undefined) return undefined;
    this.#byToken.delete(tokenHash);
    this.#byToken.set(tokenHash, entry);
    return entry;
  }

  byId(id: string): CachedSession | undefined {
    const entry = this.#byId.get(id);
    return entry === undefined ? undefined : this.byToken(entry.tokenHash);
  }

  put(entry: CachedSession): void {
    this.remove(entry.session.id);
    this.#byToken.set(entry.tokenHash, entry);
    this.#byId.set(entry.session.id, entry);
    if (this.#byToken.size <= this.#cap) return;
    const [oldest] = this.#byToken.values();
    if (oldest !== undefined) this.remove(oldest.session.id);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#byId.delete(id);
    this.#byToken.delete(entry.tokenHash);
  }

  clear(): void {
    this.#byToken.clear();
    this.#byId.clear();
  }
}

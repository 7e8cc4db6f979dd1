import type { Store } from '../../store/index.ts';

/**
 * When sessions were last used, written together in one transaction: a write a session and minute, not one a request.
 * Holds at most one entry a session of the cache.
 */
export class SessionTouches {
  readonly #store: Store;
  #pending = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  note(id: string, at: number): void {
    this.#pending.set(id, Math.max(at, this.#pending.get(id) ?? 0));
  }

  async write(): Promise<void> {
    if (this.#pending.size === 0) return;
    const batch = this.#pending;
    this.#pending = new Map();
    try {
      await this.#store.transaction(async (tx) => {
        // In one order on every instance, so that two of them never wait for each other.
        for (const [id, at] of [...batch].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await tx
            .updateTable('sessions')
            .set({ last_seen_at: at })
            .where('id', '=', id)
            .where('last_seen_at', '<', at)
            .execute();
        }
      });
    } catch (error) {
      for (const [id, at] of batch) this.note(id, at);
      throw error;
    }
  }
}

/** State of a token bucket after a request for tokens. */
export interface Taken {
  allowed: boolean;
  /** Whole tokens left in the bucket. */
  remaining: number;
  /** Milliseconds until the request that was refused would be allowed; 0 when it was allowed. */
  retryAfter: number;
}

/** A token bucket: at most `capacity` at once, refilled evenly over `window` milliseconds. */
export interface Bucket {
  capacity: number;
  window: number;
}

/**
 * Counters that all guards share: in memory for one instance, in Redis for several. Keys are capped in number
 * and length, so that a flood of new keys evicts the oldest and cannot fill the memory.
 */
export interface Counters {
  /**
   * Takes `cost` tokens (default 1) out of bucket `key`, atomically: parallel calls never overdraw it. A negative cost
   * gives tokens back, never above the capacity. Answers at once where nobody else has to be asked.
   */
  take(key: string, bucket: Bucket, cost?: number): Taken | Promise<Taken>;
  /** Adds to counter `key` and returns its new value; it vanishes `ttl` milliseconds after its last change. */
  add(key: string, amount: number, ttl: number): Promise<number>;
  /** The value of counter `key`, 0 when it does not exist. */
  read(key: string): Promise<number>;
  /** Forgets bucket or counter `key`. */
  reset(key: string): Promise<void>;
}

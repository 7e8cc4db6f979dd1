import { type Bucket, type Clock, type Counters, systemClock, type Taken } from '../core/index.ts';
import { counterKey } from './counter-key.ts';

interface BucketState {
  tokens: number;
  /** Monotonic milliseconds at which `tokens` was right. */
  at: number;
}

interface CounterState {
  value: number;
  until: number;
}

export interface MemoryCountersOptions {
  clock?: Clock;
  /** Most keys kept; stops a flood of new keys from filling the memory. The one used longest ago goes. Default 100,000. */
  maxKeys?: number;
}

/** Inserts at the young end and lets the oldest go beyond `cap`. */
const remember = <T>(map: Map<string, T>, key: string, value: T, cap: number): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= cap) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
};

/** Counters of one process. Every call is one synchronous step, so that parallel calls never overdraw a bucket. */
export const memoryCounters = (options: MemoryCountersOptions = {}): Counters => {
  const { clock = systemClock, maxKeys = 100_000 } = options;
  const buckets = new Map<string, BucketState>();
  const counters = new Map<string, CounterState>();

  const take = (name: string, { capacity, window }: Bucket, cost: number): Taken => {
    const key = counterKey(name);
    const now = clock.monotonic();
    const rate = capacity / window;
    const known = buckets.get(key);
    const filled =
      known === undefined ? capacity : Math.min(capacity, known.tokens + (now - known.at) * rate);
    const allowed = filled >= cost;
    const tokens = Math.min(capacity, allowed ? filled - cost : filled);
    remember(buckets, key, { tokens, at: now }, maxKeys);
    return {
      allowed,
      remaining: Math.floor(tokens),
      retryAfter: allowed ? 0 : Math.ceil((cost - filled) / rate),
    };
  };

  return {
    take: (key, bucket, cost = 1) => take(key, bucket, cost),
    add: async (name, amount, ttl) => {
      const key = counterKey(name);
      const now = clock.monotonic();
      const known = counters.get(key);
      const value = (known !== undefined && known.until > now ? known.value : 0) + amount;
      remember(counters, key, { value, until: now + ttl }, maxKeys);
      return value;
    },
    read: async (name) => {
      const known = counters.get(counterKey(name));
      return known !== undefined && known.until > clock.monotonic() ? known.value : 0;
    },
    reset: async (name) => {
      const key = counterKey(name);
      buckets.delete(key);
      counters.delete(key);
    },
  };
};

import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { type Counters, GatehouseError } from '../core/index.ts';
import { counterKey } from './counter-key.ts';

// Each script is one step to everybody else (https://redis.io/docs/latest/develop/programmability/eval-intro/), and
// takes the time from the server, so that instances with different clocks agree.
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

const TAKE = `${NOW}
local capacity, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local rate = capacity / window
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local filled = capacity
if known[1] then
  filled = math.min(capacity, tonumber(known[1]) + math.max(0, now - tonumber(known[2])) * rate)
end
local allowed = filled >= cost
local tokens = filled
if allowed then tokens = math.min(capacity, filled - cost) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate) + 1)
if allowed then return { 1, math.floor(tokens), 0 } end
return { 0, math.floor(tokens), math.ceil((cost - filled) / rate) }
`;

const ADD = `
local value = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return value
`;

const taken = z.tuple([z.number(), z.number(), z.number()]);
const number = z.coerce.number();

export interface RedisCountersOptions {
  /** `redis://` or `rediss://` (TLS) address. */
  url: string;
  /** Begins every key. Default `gatehouse:`. */
  prefix?: string;
  /** Milliseconds until a call that is not answered fails. Default 1 s. */
  timeout?: number;
}

/** Counters that several instances share. Redis caps the memory: set `maxmemory` and `maxmemory-policy allkeys-lru`. */
export interface RedisCounters extends Counters {
  close(): Promise<void>;
}

interface Script {
  lua: string;
  sha1: string;
}

const script = (lua: string): Script => ({ lua, sha1: createHash('sha1').update(lua).digest('hex') });

const [TAKE_SCRIPT, ADD_SCRIPT] = [script(TAKE), script(ADD)];

/**
 * Connects at the first call. Every call rejects with `counters-unavailable` when Redis does not answer in time, so that
 * guards refuse (fail closed).
 */
export const redisCounters = (options: RedisCountersOptions): RedisCounters => {
  const { url, prefix = 'gatehouse:', timeout = 1_000 } = options;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeout,
    commandTimeout: timeout,
    maxRetriesPerRequest: 1,
  });
  // Each call reports its own failure; without a listener the connection's would end the process.
  redis.on('error', () => undefined);

  const bucketKey = (key: string): string => `${prefix}b:${counterKey(key)}`;
  const valueKey = (key: string): string => `${prefix}v:${counterKey(key)}`;

  const answered = async <T>(schema: z.ZodType<T>, call: () => Promise<unknown>): Promise<T> => {
    try {
      return schema.parse(await call());
    } catch (cause) {
      throw new GatehouseError('counters-unavailable', 'the shared counters do not answer', {
        cause,
        remedy: 'Check that Redis runs, and its address and password.',
      });
    }
  };

  const run = async ({ lua, sha1 }: Script, key: string, ...args: number[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha1, 1, key, ...args);
    } catch (error) {
      // Redis forgets scripts when it restarts.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(lua, 1, key, ...args);
    }
  };

  return {
    take: async (key, { capacity, window }, cost = 1) => {
      const [allowed, remaining, retryAfter] = await answered(taken, () =>
        run(TAKE_SCRIPT, bucketKey(key), capacity, window, cost),
      );
      return { allowed: allowed === 1, remaining, retryAfter };
    },
    add: (key, amount, ttl) => answered(number, () => run(ADD_SCRIPT, valueKey(key), amount, ttl)),
    read: (key) => answered(number, async () => (await redis.get(valueKey(key))) ?? 0),
    reset: async (key) => {
      await answered(number, () => redis.del(bucketKey(key), valueKey(key)));
    },
    close: async () => {
      redis.disconnect();
    },
  };
};

/**
 * Keeps what has to survive: one set of queries on two engines (an SQLite file, or PostgreSQL), migrations, the
 * counters that guards share (in memory, or Redis for several instances), the lock that makes one process the owner
 * of a data directory, and its backup.
 */
export { type BackupManifest, backupData, restoreData } from './backup.ts';
export { type DataLock, lockDataDirectory } from './data-directory.ts';
export { type MemoryCountersOptions, memoryCounters } from './memory-counters.ts';
export { type RedisCounters, type RedisCountersOptions, redisCounters } from './redis-counters.ts';
export type * from './schema.ts';
export { SEALED_COLUMNS } from './schema.ts';
export { openStore, type Queries, type Store, type StoreOptions } from './store.ts';

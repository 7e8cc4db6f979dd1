import { join } from 'node:path';
import { openSecurityLog, type Retention, type SecurityLog } from '../audit/index.ts';
import type { GatehouseConfig } from '../config/index.ts';
import { type Clock, type Counters, GatehouseError, systemClock } from '../core/index.ts';
import type { CspSightings } from '../gate/index.ts';
import { type Identity, type IdentitySettings, openIdentity } from '../identity/index.ts';
import {
  lockDataDirectory,
  memoryCounters,
  openStore,
  type RedisCounters,
  redisCounters,
  type Store,
} from '../store/index.ts';
import { openVault, type Vault } from '../vault/index.ts';
import { codeSettings, mailSettings } from './mail-settings.ts';
import { managingRoles } from './managing-roles.ts';
import { providersOf } from './providers.ts';
import { readSecret } from './read-secret.ts';
import { openSightingsFile } from './sightings-file.ts';

/** Everything that lives in a data directory, owned by this process. */
export interface OpenData {
  directory: string;
  store: Store;
  vault: Vault;
  log: SecurityLog;
  identity: Identity;
  counters: Counters;
  /** What browsers told of the content security policies. */
  sightings: CspSightings;
  clock: Clock;
  close(): Promise<void>;
}

/** The settings of identity that the configuration has a word for. */
const identitySettings = (config: GatehouseConfig, now: number): IdentitySettings => {
  const { profile, minimumLength, maximumLength, argon2, pepper, breaches } = config.passwords;
  return {
    issuer: config.portal,
    adminRoles: managingRoles(config, now),
    sessions: {
      idle: config.sessions.idle,
      absolute: config.sessions.absolute,
      perPerson: config.sessions.concurrent,
    },
    passwords: {
      profile,
      minimum: minimumLength,
      maximum: maximumLength,
      argon2: { ...argon2, memory: Math.floor(argon2.memory / 1_024) },
      pepper: pepper !== 'none',
      breaches,
    },
    regulation: config.regulation,
  };
};

/** How much of the log is kept, where the configuration limits it. */
const retention = ({ log: { keep, keepBytes } }: GatehouseConfig): { retention?: Retention } =>
  keep === undefined && keepBytes === undefined
    ? {}
    : {
        retention: {
          ...(keep === undefined ? {} : { age: keep }),
          ...(keepBytes === undefined ? {} : { bytes: keepBytes }),
        },
      };

const LEAST_PEPPER = 16;

const ownPepper = ({ passwords: { pepper } }: GatehouseConfig): Buffer | undefined => {
  if (typeof pepper === 'string') return undefined;
  const secret = Buffer.from(readSecret(pepper));
  if (secret.length >= LEAST_PEPPER) return secret;
  throw new GatehouseError('setting-invalid', 'passwords.pepper is shorter than 16 bytes', {
    remedy: 'Make one with: head -c 32 /dev/urandom | base64',
  });
};

/** Counters in the memory of this process, or in the Redis server that several instances share. */
const openCounters = ({ counters }: GatehouseConfig, clock: Clock): Counters | RedisCounters => {
  if (counters === undefined) return memoryCounters({ clock });
  const url = new URL(counters.redis);
  if (counters.password !== undefined) url.password = encodeURIComponent(readSecret(counters.password));
  return redisCounters({ url: url.href });
};

/**
 * Opens a data directory for this process alone, making it on first use. What was opened is closed again when a later
 * part fails.
 * @throws {GatehouseError} `data-locked` and the errors of its parts.
 */
export const openData = async (config: GatehouseConfig, clock: Clock = systemClock): Promise<OpenData> => {
  const directory = config.data;
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  try {
    const lock = lockDataDirectory(directory);
    opened.push(() => lock.release());
    const url = process.env['GATEHOUSE_DATABASE_URL'] ?? join(directory, 'gatehouse.db');
    const store = await openStore({ url, clock });
    opened.push(() => store.close());
    const vault = await openVault({ directory, store, clock, env: process.env });
    const log = await openSecurityLog({ directory, clock, ...retention(config) });
    opened.push(() => log.close());
    const counters = openCounters(config, clock);
    if ('close' in counters) opened.push(() => counters.close());
    const identity = await openIdentity({
      store,
      vault,
      events: log,
      clock,
      counters,
      pepper: ownPepper(config),
      providers: providersOf(config),
      mail: mailSettings(config),
      codes: codeSettings(config),
      settings: identitySettings(config, clock.now()),
    });
    opened.push(() => identity.close());
    const { sightings, close: closeSightings } = openSightingsFile(directory);
    opened.push(closeSightings);
    return { directory, store, vault, log, identity, counters, sightings, clock, close };
  } catch (error) {
    await close();
    throw error;
  }
};

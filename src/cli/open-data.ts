import { join } from 'node:path';
import { openSecurityLog, type SecurityLog } from '../audit/index.ts';
import type { GatehouseConfig } from '../config/index.ts';
import { type Clock, type Counters, systemClock } from '../core/index.ts';
import { type Identity, openIdentity } from '../identity/index.ts';
import { lockDataDirectory, memoryCounters, openStore, type Store } from '../store/index.ts';
import { openVault, type Vault } from '../vault/index.ts';
import { managingRoles } from './managing-roles.ts';

/** Everything that lives in a data directory, owned by this process. */
export interface OpenData {
  directory: string;
  store: Store;
  vault: Vault;
  log: SecurityLog;
  identity: Identity;
  counters: Counters;
  clock: Clock;
  close(): Promise<void>;
}

/** The settings of identity that the configuration has a word for. */
const identitySettings = (config: GatehouseConfig, now: number) => ({
  issuer: config.portal,
  adminRoles: managingRoles(config, now),
  sessions: {
    idle: config.sessions.idle,
    absolute: config.sessions.absolute,
    perPerson: config.sessions.concurrent,
  },
  passwords: { profile: config.passwords.profile, minimum: config.passwords.minimumLength },
});

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
    const log = await openSecurityLog({ directory, clock });
    opened.push(() => log.close());
    const counters = memoryCounters({ clock });
    const identity = await openIdentity({
      store,
      vault,
      events: log,
      clock,
      counters,
      settings: identitySettings(config, clock.now()),
    });
    opened.push(() => identity.close());
    return { directory, store, vault, log, identity, counters, clock, close };
  } catch (error) {
    await close();
    throw error;
  }
};

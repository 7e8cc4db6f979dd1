import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecurityLog } from '../../src/audit/index.ts';
import { findingDesk } from '../../src/cli/loop/finding-desk.ts';
import type { LoopData } from '../../src/cli/loop/loop-data.ts';
import type { Clock, EventSink, SecurityEvent } from '../../src/core/index.ts';
import {
  type Identity,
  type IdentityOptions,
  type IdentitySettings,
  openIdentity,
} from '../../src/identity/index.ts';
import { createPortal, type Portal, type PortalConfig } from '../../src/portal/index.ts';
import { memoryCounters, openStore } from '../../src/store/index.ts';
import { openVault } from '../../src/vault/index.ts';
import { openTestDesk } from './test-desk.ts';

export const PORTAL = 'https://gate.example.test:8443';
export const SALES = 'https://sales.example.test:8443';
export const PASSWORD = 'quiet otters fold paper maps';

export const CONFIG: PortalConfig = {
  portalOrigin: PORTAL,
  apps: [
    { name: 'sales', title: 'Sales', url: SALES },
    { name: 'clinic', title: 'Clinic reports', url: 'https://clinic.example.test:8443' },
  ],
  roles: { admin: { manages: true }, analyst: {}, guest: {} },
  mayOpen: (app, { person }) =>
    person.roles.includes('admin') || (app === 'sales' && person.roles.length > 0),
};

/** The wall clock, which a test can put forward. */
class MovableClock implements Clock {
  private offset = 0;
  now = (): number => Date.now() + this.offset;
  monotonic = (): number => performance.now() + this.offset;
  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }
}

export interface TestPortal {
  portal: Portal;
  identity: Identity;
  clock: MovableClock;
  /** What was recorded, in order; it is in the real log as well. */
  recorded: SecurityEvent[];
  /** Where findings, shields and probes are kept. */
  loop: LoopData;
  /** Where its data lies. */
  directory: string;
  /** Makes a person with PASSWORD. */
  add(
    name: string,
    roles: readonly string[],
    more?: { mustChangePassword?: boolean; email?: string },
  ): Promise<string>;
  close(): Promise<void>;
}

/** A portal on everything real: a database file, a vault, the security log, identity. */
export const openTestPortal = async (
  settings: Partial<IdentitySettings> = {},
  more: Partial<Pick<IdentityOptions, 'mail' | 'codes' | 'providers'>> = {},
): Promise<TestPortal> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-portal-'));
  const clock = new MovableClock();
  const store = await openStore({ url: join(directory, 'gatehouse.db'), clock });
  const vault = await openVault({ directory, store, clock });
  const log = await openSecurityLog({ directory, clock });
  const recorded: SecurityEvent[] = [];
  const events: EventSink = {
    record: (event) => {
      recorded.push(event);
      return log.record(event);
    },
  };
  const identity = await openIdentity({
    store,
    vault,
    events,
    clock,
    counters: memoryCounters({ clock }),
    ...more,
    settings: { issuer: PORTAL, ...settings, sessions: { pollInterval: 20, ...settings.sessions } },
  });
  const loop = { store, log: events, clock };
  const portal = createPortal({
    identity,
    config: CONFIG,
    events,
    clock,
    formKey: vault.derive('portal forms'),
    desk: openTestDesk({ identity, log, clock }),
    findings: findingDesk(loop),
  });
  return {
    portal,
    identity,
    clock,
    recorded,
    loop,
    directory,
    add: async (name, roles, more = {}) => {
      const displayName = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
      const person = await identity.people.add({ name, displayName, roles, password: PASSWORD, ...more }, {});
      return person.id;
    },
    close: async () => {
      await identity.close();
      await log.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

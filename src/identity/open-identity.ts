import { type Clock, type Counters, type EventSink, systemClock } from '../core/index.ts';
import { memoryCounters, type Store } from '../store/index.ts';
import type { Vault } from '../vault/index.ts';
import { openFactors } from './factors/factors.ts';
import { openKeptForms } from './factors/kept-forms.ts';
import { passkeyFactor } from './factors/passkey.ts';
import { PasskeyBook } from './factors/passkey-book.ts';
import { recoveryFactor } from './factors/recovery.ts';
import { totpFactor } from './factors/totp.ts';
import { codeFactor } from './messages/code-factor.ts';
import { openOutbox } from './messages/outbox.ts';
import { openRecovery } from './messages/recovery.ts';
import { smsMessenger } from './messages/sms.ts';
import { smtpMessenger } from './messages/smtp.ts';
import type { CodeSettings, MailSettings } from './messages/types.ts';
import { breachCheck } from './passwords/breached-passwords.ts';
import { openNewPassword } from './passwords/new-password.ts';
import { PasswordBook } from './passwords/password-book.ts';
import { argon2Hasher, type PasswordHasher } from './passwords/password-hasher.ts';
import { passwordPolicy } from './passwords/password-policy.ts';
import { openPasswords } from './passwords/passwords.ts';
import { WorkQueue } from './passwords/work-queue.ts';
import { openPeopleImport } from './people/import-people.ts';
import { openPeople } from './people/people.ts';
import { openRoleBook } from './people/role-book.ts';
import { openSetUp } from './people/set-up.ts';
import { openLinkBook } from './providers/link-book.ts';
import { openProviders } from './providers/open-providers.ts';
import type { ProviderSettings } from './providers/types.ts';
import { KEEP_RETIRED, openAssertions } from './sessions/assertions.ts';
import { openHandOff } from './sessions/hand-off.ts';
import { SessionLifecycle } from './sessions/session-lifecycle.ts';
import { openSessions } from './sessions/sessions.ts';
import { completeSettings } from './settings.ts';
import { openFamiliarBrowsers } from './sign-in/familiar-browsers.ts';
import { openRegulation } from './sign-in/regulation.ts';
import { openSignIn } from './sign-in/sign-in.ts';
import { openSignInStates } from './sign-in/sign-in-state.ts';
import { openUnlock } from './sign-in/unlock.ts';
import type { Identity, IdentitySettings } from './types.ts';

export interface IdentityOptions {
  store: Store;
  vault: Vault;
  events: EventSink;
  settings: IdentitySettings;
  clock?: Clock;
  /** Shared by all instances; default: in memory, for one instance. */
  counters?: Counters;
  /** A secret of the operator's own, used as pepper instead of a key from the vault. */
  pepper?: Uint8Array | undefined;
  /** Providers that people may sign in with. Default: none. */
  providers?: readonly ProviderSettings[];
  /** How mail is sent; default: none is. */
  mail?: MailSettings | undefined;
  /** How codes for signing in are sent; default: there are none. */
  codes?: CodeSettings | undefined;
  /** Default: argon2id with the parameters of the settings. */
  hasher?: PasswordHasher;
}

/**
 * Opens the room on a store and a vault, which stay the caller's to close.
 * @throws {GatehouseError} `setting-invalid`, and those of store and vault.
 */
export const openIdentity = async (options: IdentityOptions): Promise<Identity> => {
  const { store, vault, events, clock = systemClock } = options;
  const settings = completeSettings(options.settings);
  const counters = options.counters ?? memoryCounters({ clock });
  const ports = { store, vault, events, clock, counters, settings };

  const peppers = {
    vault: vault.derive('password pepper'),
    own: options.pepper,
    inUse: settings.passwords.pepper,
  };
  const hasher = options.hasher ?? argon2Hasher(settings.passwords.argon2, peppers);
  const book = new PasswordBook(
    ports,
    hasher,
    new WorkQueue(settings.passwords.width, settings.passwords.queue),
  );
  await book.begin();

  const policy = passwordPolicy(settings.passwords);
  const newPassword = openNewPassword(policy, breachCheck(settings.passwords.breaches, events));
  const mail = options.mail && smtpMessenger(options.mail);
  const outbox = openOutbox(events);
  const familiar = openFamiliarBrowsers(vault, clock);
  const regulation = openRegulation(ports, familiar);
  const lifecycle = new SessionLifecycle(ports);
  const signingKeys = await vault.signingKeys({ purpose: 'assertions', keepRetired: KEEP_RETIRED });
  const sessions = await openSessions(ports, lifecycle, async () => {
    await vault.refresh();
    await signingKeys.refresh();
  });
  const look = () => sessions.look();
  const passkeys = new PasskeyBook(ports);
  const recovery = recoveryFactor(ports);
  const code = codeFactor({
    ports,
    outbox,
    people: { get: (id) => people.get(id) },
    mail: options.codes?.mail ? mail : undefined,
    sms: options.codes?.sms && smsMessenger(options.codes.sms),
  });
  const factors = { passkey: passkeyFactor(ports, passkeys), totp: totpFactor(ports), code, recovery };
  const people = openPeople({ ports, book, newPassword, regulation, lifecycle, look });
  const signIn = openSignIn({
    ports,
    states: openSignInStates(ports),
    book,
    newPassword,
    regulation,
    people,
    lifecycle,
    sessions,
    factors,
    look,
  });
  const links = openLinkBook(ports);
  const { proceed } = signIn;
  const arriving = { ports, people, links, lifecycle, look, proceed };
  const providers = openProviders({ ...arriving, settings: options.providers ?? [] });

  return {
    people,
    peopleImport: openPeopleImport({ ports, book, roleBook: openRoleBook(ports), people }),
    familiar,
    unlock: openUnlock(ports, regulation, people),
    recovery: openRecovery({ ports, people, regulation, messenger: mail, outbox }),
    policy,
    sessions,
    passwords: openPasswords({ ports, book, newPassword, regulation, people, lifecycle, look }),
    signIn,
    providers,
    keptForms: openKeptForms(ports),
    factors: openFactors({ ports, passkeys, recovery, people, lifecycle, look }),
    handOff: openHandOff(ports, lifecycle),
    assertions: openAssertions(ports, signingKeys),
    setup: openSetUp({ ports, book, newPassword, people, lifecycle }),
    close: async () => {
      await outbox.close();
      await sessions.close();
      await providers.close();
    },
  };
};

import { isGatehouseError, newId } from '../../core/index.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { PasswordBook } from '../passwords/password-book.ts';
import { orBusy } from '../passwords/passwords.ts';
import type { Ports } from '../ports.ts';
import { clientFields, recordThen, subjectFields } from '../record.ts';
import { raiseEpoch } from '../sessions/epochs.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type { SetUp, SetUpOutcome } from '../types.ts';
import { findLink, makeLink, useLink } from './links.ts';
import { type OpenPeople, prepareProfile } from './people.ts';
import { openRoleBook } from './role-book.ts';

export interface SetUpParts {
  ports: Ports;
  book: PasswordBook;
  newPassword: NewPassword;
  people: OpenPeople;
  lifecycle: SessionLifecycle;
}

type Profile = ReturnType<typeof prepareProfile>;

const nameTaken: SetUpOutcome = { outcome: 'name-invalid', says: 'An account with this name exists.' };

const profileOf = (input: Parameters<typeof prepareProfile>[0]): Profile | SetUpOutcome => {
  try {
    return prepareProfile(input);
  } catch (error) {
    for (const outcome of ['name-invalid', 'email-invalid'] as const) {
      if (isGatehouseError(error, outcome)) return { outcome, says: error.remedy ?? error.message };
    }
    throw error;
  }
};

export const openSetUp = ({ ports, book, newPassword, people, lifecycle }: SetUpParts): SetUp => {
  const { store, clock, events, settings } = ports;
  const roleBook = openRoleBook(ports);
  const role = settings.adminRoles[0] ?? 'admin';
  const isDone = () => roleBook.hasAdministrator(store.db);

  const isValid = async (token: string): Promise<boolean> =>
    !(await isDone()) && (await findLink(store.db, 'setup', token, clock.now())) !== undefined;

  return {
    isDone,
    isValid,

    begin: async () => {
      if (await isDone()) return undefined;
      const now = clock.now();
      return store.transaction((tx) =>
        makeLink(tx, { purpose: 'setup', personId: undefined, now, expiresAt: undefined }),
      );
    },

    complete: ({ token, password, client, ...input }) =>
      orBusy(async (): Promise<SetUpOutcome> => {
        if (!(await isValid(token))) return { outcome: 'link-invalid' };
        const profile = profileOf(input);
        if ('outcome' in profile) return profile;
        if ((await people.byName(profile.name)) !== undefined) return nameTaken;
        const problems = await newPassword.problems(password, profile);
        if (problems.length > 0) return { outcome: 'refused', problems };
        const record = await book.hash(password);
        const [id, session] = [newId('per'), newId('ses')];
        const fields = {
          actor: id,
          ...subjectFields({ id, name: profile.name }),
          roles: [role],
          ...clientFields(client),
        };
        const work = () =>
          store.transaction(async (tx) => {
            // Under this lock no second administrator can come about between the look and the making.
            await raiseEpoch(tx, 'changes');
            if (await roleBook.hasAdministrator(tx)) return undefined;
            if ((await useLink(tx, 'setup', token, clock.now())) === undefined) return undefined;
            await people.insert(tx, id, profile, [role]);
            await book.write(tx, id, record, { mustChange: false });
            return true as const;
          });
        const won = await recordThen(events, 'setup.completed', fields, work).catch((error: unknown) => {
          if (isGatehouseError(error, 'store-conflict')) return nameTaken;
          throw error;
        });
        if (won === undefined) return { outcome: 'link-invalid' };
        if (won !== true) return won;
        const factors = [{ kind: 'password' as const, at: clock.now() }];
        const signedIn = {
          actor: id,
          name: profile.name,
          session,
          factor: 'password',
          assurance: 'password',
        };
        const made = await recordThen(
          events,
          'signin.succeeded',
          { ...signedIn, ...clientFields(client) },
          () => lifecycle.create({ id: session, personId: id, factors, client }),
        );
        if (made === undefined) return { outcome: 'link-invalid' };
        return { outcome: 'done', person: made.session.person, ...made };
      }),
  };
};

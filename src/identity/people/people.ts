import { z } from 'zod';
import { type EventFields, GatehouseError, isGatehouseError, newId } from '../../core/index.ts';
import type { Queries } from '../../store/index.ts';
import { foreignCheck } from '../passwords/foreign-hashes.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { PasswordBook } from '../passwords/password-book.ts';
import { PasswordRefused } from '../passwords/password-policy.ts';
import { temporaryPassword } from '../passwords/temporary-password.ts';
import type { Ports } from '../ports.ts';
import { actorFields, recordThen, subjectFields } from '../record.ts';
import { raiseEpoch } from '../sessions/epochs.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import type { Regulation } from '../sign-in/regulation.ts';
import type { Actor, NewPerson, PasswordReset, People, Person } from '../types.ts';
import { canonicalName, newAccountName } from './account-name.ts';
import { dropLinks, makeLink, RESET_LINKS } from './links.ts';
import { nameIndex, personUnknown, readPeople, sealProfile } from './person-rows.ts';
import { validPhone } from './phone.ts';
import { openRoleBook, type RoleEnds } from './role-book.ts';

const RESET_VALID = 86_400_000;
const DISPLAY_NAME_LENGTH = 128;

const email = z.email().max(254);

const validEmail = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  const result = email.safeParse(trimmed);
  if (result.success) return result.data;
  throw new GatehouseError('email-invalid', 'this is not an e-mail address', {
    exposable: true,
    remedy: 'Write it as name@example.com, or leave it out.',
  });
};

// Controls and direction marks could make one name look like another on a page.
const cleanDisplayName = (text: string | undefined, fallback: string): string => {
  const cleaned = (text ?? '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return cleaned === '' ? fallback : Array.from(cleaned).slice(0, DISPLAY_NAME_LENGTH).join('');
};

const validHash = (record: string | undefined): string | undefined => {
  if (record === undefined || foreignCheck(record) !== undefined) return record;
  throw new GatehouseError('hash-unsupported', 'this is no password hash that can be verified', {
    remedy:
      'Hashes of Django (pbkdf2_sha256, argon2, bcrypt_sha256, scrypt) and Werkzeug (scrypt, pbkdf2) can be moved ' +
      'over; for others, leave it out and send a reset link.',
  });
};

const sameEnds = (a: RoleEnds, b: RoleEnds = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([role, at]) => b[role] === at);

export interface PeopleParts {
  ports: Ports;
  book: PasswordBook;
  newPassword: NewPassword;
  regulation: Regulation;
  lifecycle: SessionLifecycle;
  /** Makes this instance see what was just changed. */
  look(): Promise<void>;
}

export interface OpenPeople extends People {
  /** Adds a person inside a transaction of the caller's, which has recorded it. */
  insert(
    tx: Queries,
    id: string,
    profile: ReturnType<typeof prepareProfile>,
    roles: readonly string[],
  ): Promise<void>;
}

export const prepareProfile = (input: Pick<NewPerson, 'name' | 'displayName' | 'email'>) => {
  const name = newAccountName(input.name);
  return {
    name,
    displayName: cleanDisplayName(input.displayName, input.name.trim()),
    email: validEmail(input.email),
  };
};

export const openPeople = ({
  ports,
  book,
  newPassword,
  lifecycle,
  look,
  regulation,
}: PeopleParts): OpenPeople => {
  const { store, vault, clock, events } = ports;
  const roleBook = openRoleBook(ports);

  const get = async (id: string): Promise<Person | undefined> => {
    const [person] = await readPeople(store.db, vault, (query) => query.where('people.id', '=', id));
    return person;
  };

  const existing = async (id: string): Promise<Person> => {
    const person = await get(id);
    if (person === undefined) throw personUnknown();
    return person;
  };

  const byName = async (name: string): Promise<Person | undefined> => {
    const [person] = await readPeople(store.db, vault, (query) =>
      query.where('people.name_index', '=', nameIndex(vault, name)),
    );
    return person;
  };

  const nameTaken = (): GatehouseError =>
    new GatehouseError('name-taken', 'an account with this name exists', {
      remedy: 'Choose another name.',
    });

  const insert: OpenPeople['insert'] = async (tx, id, profile, roles) => {
    const { email: address, ...rest } = profile;
    await tx
      .insertInto('people')
      .values({
        id,
        name_index: nameIndex(vault, profile.name),
        sealed_profile: sealProfile(vault, id, address === undefined ? rest : { ...rest, email: address }),
        disabled: 0,
        created_at: clock.now(),
        last_sign_in_at: null,
      })
      .execute();
    await roleBook.replace(tx, id, roles);
  };

  const judged = async (password: string, profile: ReturnType<typeof prepareProfile>): Promise<string> => {
    const problems = await newPassword.problems(password, profile);
    if (problems.length > 0) throw new PasswordRefused(problems);
    return book.hash(password);
  };

  const fields = (person: Pick<Person, 'id' | 'name'>, by: Actor): EventFields => ({
    ...actorFields(by),
    ...subjectFields(person),
  });

  return {
    get,
    byName,
    insert,

    add: async (input, by) => {
      const profile = prepareProfile(input);
      const roles = roleBook.valid(input.roles);
      if ((await byName(profile.name)) !== undefined) throw nameTaken();
      const record =
        input.password === undefined ? validHash(input.passwordHash) : await judged(input.password, profile);
      const id = newId('per');
      const added = { ...fields({ id, name: profile.name }, by), roles: [...roles] };
      await recordThen(events, 'person.added', added, () =>
        store
          .transaction(async (tx) => {
            await insert(tx, id, profile, roles);
            const mustChange = input.mustChangePassword ?? false;
            if (record !== undefined) await book.write(tx, id, record, { mustChange });
            return true as const;
          })
          .catch((error: unknown) => {
            throw isGatehouseError(error, 'store-conflict') ? nameTaken() : error;
          }),
      );
      return existing(id);
    },

    list: async ({ limit = 1_000, after } = {}) => {
      const last = after === undefined ? undefined : await existing(after);
      return readPeople(store.db, vault, (query) => {
        const page = query.orderBy('people.created_at').orderBy('people.id').limit(limit);
        if (last === undefined) return page;
        return page.where(({ eb, or, and }) =>
          or([
            eb('people.created_at', '>', last.createdAt),
            and([eb('people.created_at', '=', last.createdAt), eb('people.id', '>', last.id)]),
          ]),
        );
      });
    },

    disable: async (id, by) => {
      const person = await existing(id);
      // Taking access away does not wait for the log.
      const ended = await store.transaction(async (tx) => {
        await raiseEpoch(tx, 'changes');
        await tx.updateTable('people').set({ disabled: 1 }).where('id', '=', id).execute();
        await roleBook.refuseNobodyLeft(tx, person);
        return lifecycle.endAllWithin(tx, id, 'disabled');
      });
      await look();
      await events.record({ type: 'person.disabled', outcome: 'success', fields: fields(person, by) });
      await lifecycle.recordEnds(ended, 'disabled', actorFields(by));
      return existing(id);
    },

    enable: async (id, by) => {
      const person = await existing(id);
      await recordThen(events, 'person.enabled', fields(person, by), () =>
        store.transaction(async (tx) => {
          await raiseEpoch(tx, 'changes');
          await tx.updateTable('people').set({ disabled: 0 }).where('id', '=', id).execute();
          return true as const;
        }),
      );
      return existing(id);
    },

    setRoles: async (id, wanted, by, wantedEnds) => {
      const person = await existing(id);
      const roles = roleBook.valid(wanted);
      const ends = roleBook.validEnds(roles, wantedEnds);
      if (roles.join() === [...person.roles].sort().join() && sameEnds(ends, person.roleEnds)) return person;
      const changed = { ...fields(person, by), roles: [...roles] };
      const ended = await recordThen(events, 'person.roles-changed', changed, () =>
        store.transaction(async (tx) => {
          await raiseEpoch(tx, 'changes');
          await roleBook.replace(tx, id, roles, ends);
          await roleBook.refuseNobodyLeft(tx, person);
          return lifecycle.endAllWithin(tx, id, 'roles-changed');
        }),
      );
      await look();
      await lifecycle.recordEnds(ended ?? [], 'roles-changed', actorFields(by));
      return existing(id);
    },

    setProfile: async (id, { displayName, email: address, phone: number }, by) => {
      const person = await existing(id);
      const profile = {
        name: person.name,
        displayName: cleanDisplayName(displayName ?? person.displayName, person.name),
        email: address === undefined ? person.email : validEmail(address),
      };
      const phone = number === undefined ? person.phone : validPhone(number);
      const { email: kept, ...rest } = profile;
      const sealed = sealProfile(vault, id, {
        ...rest,
        ...(kept === undefined ? {} : { email: kept }),
        ...(phone === undefined ? {} : { phone }),
      });
      await recordThen(events, 'person.changed', fields(person, by), () =>
        store.transaction(async (tx) => {
          await raiseEpoch(tx, 'changes');
          await tx.updateTable('people').set({ sealed_profile: sealed }).where('id', '=', id).execute();
          return true as const;
        }),
      );
      await look();
      return existing(id);
    },

    resetPassword: async (id, way, by): Promise<PasswordReset> => {
      const person = await existing(id);
      const now = clock.now();
      await regulation.forgive(canonicalName(person.name));
      const expiresAt = now + RESET_VALID;
      const password = temporaryPassword();
      const record = way === 'temporary' ? await book.hash(password) : undefined;
      const done = await recordThen(events, 'password.reset', fields(person, by), () =>
        store.transaction(async (tx) => {
          const sessions = await lifecycle.endAllWithin(tx, id, 'password-changed');
          await tx.deleteFrom('passwords').where('person_id', '=', id).execute();
          await tx.deleteFrom('sign_ins').where('person_id', '=', id).execute();
          for (const purpose of RESET_LINKS) await dropLinks(tx, purpose, id);
          if (record !== undefined) {
            await book.write(tx, id, record, { mustChange: true, expiresAt });
            return { token: undefined, ended: sessions };
          }
          const link = await makeLink(tx, { purpose: 'reset', personId: id, now, expiresAt });
          return { token: link, ended: sessions };
        }),
      );
      await look();
      await lifecycle.recordEnds(done?.ended ?? [], 'password-changed', actorFields(by));
      return done?.token === undefined
        ? { kind: 'temporary', password, expiresAt }
        : { kind: 'link', token: done.token, expiresAt };
    },

    forget: async (id, by) => {
      const person = await existing(id);
      // The name is what is to be forgotten: the event has the id alone.
      const ended = await recordThen(events, 'person.forgotten', { ...actorFields(by), subject: id }, () =>
        store.transaction(async (tx) => {
          await raiseEpoch(tx, 'changes');
          const sessions = await lifecycle.endAllWithin(tx, id, 'disabled');
          await tx
            .updateTable('sessions')
            .set({ sealed_client: Buffer.alloc(0) })
            .where('person_id', '=', id)
            .execute();
          await tx.deleteFrom('people').where('id', '=', id).execute();
          await roleBook.refuseNobodyLeft(tx, person);
          return sessions;
        }),
      );
      await look();
      await lifecycle.recordEnds(ended ?? [], 'disabled', actorFields(by));
    },
  };
};

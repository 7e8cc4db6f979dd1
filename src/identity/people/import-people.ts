import {
  type ErrorCode,
  type EventFields,
  GatehouseError,
  isGatehouseError,
  newId,
} from '../../core/index.ts';
import { foreignCheck } from '../passwords/foreign-hashes.ts';
import type { PasswordBook } from '../passwords/password-book.ts';
import type { Ports } from '../ports.ts';
import { actorFields, subjectFields } from '../record.ts';
import type { Actor, NewPerson } from '../types.ts';
import { type OpenPeople, prepareProfile } from './people.ts';
import { nameIndex } from './person-rows.ts';
import type { RoleBook } from './role-book.ts';

/** Most accounts of one import: all of them are written in one transaction, which nobody else can write beside. */
export const MOST_IMPORTED = 10_000;
// Rows of one statement, and events on their way to the disk at once.
const AT_ONCE = 200;

/** Somebody to be moved over; `line` is where they stand in the file they came from. */
export interface ImportRow extends Omit<NewPerson, 'password'> {
  line: number;
}

export interface ImportedLine {
  line: number;
  name: string;
  /** `ready` in a dry run, or because another line was refused: nothing was written. */
  outcome: 'added' | 'ready' | 'exists' | 'refused';
  /** Whether the account has a password; without one it needs a link. */
  password: boolean;
  /** Why it was refused. */
  code?: ErrorCode;
  says?: string;
}

export interface ImportReport {
  /** In the order of the rows. */
  lines: readonly ImportedLine[];
  /** How many accounts were made: all that are not there yet, or none. */
  added: number;
}

export interface ImportOptions {
  /** Only says what would happen. */
  dryRun: boolean;
  /** Accounts that are there already are left as they are; otherwise they are a fault. */
  skipExisting: boolean;
}

/** Moves accounts over from somewhere else. */
export interface PeopleImport {
  /**
   * Makes all of these accounts, or none when one line is refused. Hashes are kept as they are until the first sign-in.
   * @throws {GatehouseError} `usage` for more than {@link MOST_IMPORTED}, `log-unavailable`, those of the store.
   */
  run(rows: readonly ImportRow[], options: ImportOptions, by: Actor): Promise<ImportReport>;
}

export interface ImportParts {
  ports: Ports;
  book: PasswordBook;
  roleBook: RoleBook;
  people: Pick<OpenPeople, 'insert'>;
}

interface Prepared {
  row: ImportRow;
  id: string;
  profile: ReturnType<typeof prepareProfile>;
  roles: readonly string[];
}

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) =>
    all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );

export const openPeopleImport = ({ ports, book, roleBook, people }: ImportParts): PeopleImport => {
  const { store, vault, events } = ports;

  const prepare = (row: ImportRow): Prepared => {
    const profile = prepareProfile(row);
    if (row.passwordHash !== undefined && foreignCheck(row.passwordHash) === undefined) {
      throw new GatehouseError('hash-unsupported', 'this is no password hash that can be verified');
    }
    return { row, id: newId('per'), profile, roles: roleBook.valid(row.roles) };
  };

  /** Which of these canonical names have an account. */
  const existingNames = async (names: readonly string[]): Promise<ReadonlySet<string>> => {
    const byIndex = new Map(names.map((name) => [nameIndex(vault, name).toString('hex'), name]));
    const found = new Set<string>();
    for (const some of chunks([...byIndex.keys()])) {
      const rows = await store.db
        .selectFrom('people')
        .select('name_index')
        .where(
          'name_index',
          'in',
          some.map((hex) => Buffer.from(hex, 'hex')),
        )
        .execute();
      for (const { name_index } of rows) {
        const name = byIndex.get(Buffer.from(name_index).toString('hex'));
        if (name !== undefined) found.add(name);
      }
    }
    return found;
  };

  const refused = (row: ImportRow, code: ErrorCode, says: string): ImportedLine => ({
    line: row.line,
    name: row.name.slice(0, 256),
    outcome: 'refused',
    password: row.passwordHash !== undefined,
    code,
    says,
  });

  const judge = async (rows: readonly ImportRow[], { skipExisting }: ImportOptions) => {
    const seen = new Map<string, number>();
    const judged = rows.map((row): ImportedLine | Prepared => {
      try {
        const prepared = prepare(row);
        const before = seen.get(prepared.profile.name);
        if (before !== undefined)
          return refused(row, 'name-taken', `the name stands in line ${before} already`);
        seen.set(prepared.profile.name, row.line);
        return prepared;
      } catch (error) {
        if (!isGatehouseError(error)) throw error;
        return refused(row, error.code, error.message);
      }
    });
    const existing = await existingNames([...seen.keys()]);
    return judged.map((each): ImportedLine | Prepared => {
      if ('outcome' in each || !existing.has(each.profile.name)) return each;
      const { row } = each;
      if (!skipExisting) return refused(row, 'name-taken', 'an account with this name exists');
      return { line: row.line, name: row.name, outcome: 'exists', password: row.passwordHash !== undefined };
    });
  };

  /** Records first, writes afterwards, as {@link recordThen} does for one. */
  const write = async (all: readonly Prepared[], by: Actor): Promise<void> => {
    const fieldsOf = ({ id, profile, roles }: Prepared): EventFields => ({
      ...actorFields(by),
      ...subjectFields({ id, name: profile.name }),
      roles: [...roles],
    });
    const recorded: Prepared[] = [];
    try {
      for (const some of chunks(all)) {
        const results = await Promise.allSettled(
          some.map(async (each) => {
            await events.record({ type: 'person.added', outcome: 'success', fields: fieldsOf(each) });
            recorded.push(each);
          }),
        );
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      }
      await store.transaction(async (tx) => {
        for (const { id, row, profile, roles } of all) {
          await people.insert(tx, id, profile, roles);
          if (row.passwordHash === undefined) continue;
          await book.write(tx, id, row.passwordHash, { mustChange: row.mustChangePassword ?? false });
        }
      });
    } catch (error) {
      const reason = 'taken back: it did not happen';
      for (const some of chunks(recorded)) {
        await Promise.allSettled(
          some.map((each) =>
            events.record({
              type: 'person.added',
              outcome: 'failure',
              fields: { ...fieldsOf(each), reason },
            }),
          ),
        );
      }
      throw error;
    }
  };

  return {
    run: async (rows, options, by) => {
      if (rows.length > MOST_IMPORTED) {
        throw new GatehouseError('usage', `${rows.length} accounts are too many for one import`, {
          remedy: `Make files of at most ${MOST_IMPORTED} accounts.`,
        });
      }
      const judged = await judge(rows, options);
      const ready = judged.filter((each): each is Prepared => !('outcome' in each));
      const isRefused = judged.some((each) => 'outcome' in each && each.outcome === 'refused');
      const writes = !options.dryRun && !isRefused && ready.length > 0;
      if (writes) await write(ready, by);
      return {
        added: writes ? ready.length : 0,
        lines: judged.map((each) =>
          'outcome' in each
            ? each
            : {
                line: each.row.line,
                name: each.profile.name,
                outcome: writes ? 'added' : 'ready',
                password: each.row.passwordHash !== undefined,
              },
        ),
      };
    },
  };
};

import type { FieldName } from '../../core/index.ts';
import { type CommittedEntry, parseCommitted } from '../entry.ts';
import type { FileLayer } from '../files.ts';
import { JournalCursor } from '../journal/cursor.ts';
import { type Opening, openValues } from '../openings.ts';
import { damaged } from '../replay.ts';

/** Whose values go: a person by id, and the account names that were theirs or were tried in their place. */
export interface Forgotten {
  person: string;
  accounts: readonly string[];
}

/** Names of fields, joined by commas, and the ascending numbers of entries that lose them. */
export type ErasurePlan = Map<string, number[]>;

/** Personal fields that say something about the one who acted, and about the one acted upon. */
const ABOUT_ACTOR: readonly FieldName[] = [
  'name',
  'account',
  'address',
  'network',
  'device',
  'host',
  'path',
  'detail',
];
const ABOUT_SUBJECT: readonly FieldName[] = ['subjectName', 'detail'];

const namesAnAccount = (openings: readonly Opening[], accounts: ReadonlySet<string>): boolean =>
  openings.some(
    ({ name, value }) =>
      (name === 'account' || name === 'name') && typeof value === 'string' && accounts.has(value),
  );

/** The fields of an entry that are about the forgotten person. */
const fieldsAbout = (
  { fields }: CommittedEntry,
  openings: readonly Opening[],
  { person, accounts }: { person: string; accounts: ReadonlySet<string> },
): readonly string[] => {
  const { actor, subject } = fields;
  if (actor === person) return subject === person ? [...ABOUT_ACTOR, 'subjectName'] : ABOUT_ACTOR;
  if (actor !== undefined) return subject === person ? ABOUT_SUBJECT : [];
  if (subject === person) return [...ABOUT_ACTOR, 'subjectName'];
  // Nobody was signed in: whoever tried an account is taken to be its owner.
  return subject === undefined && namesAnAccount(openings, accounts) ? ABOUT_ACTOR : [];
};

/** Goes through a journal and finds what is about a person and not erased yet. */
export const planErasure = async (
  files: FileLayer,
  journal: string,
  { person, accounts }: Forgotten,
): Promise<ErasurePlan> => {
  const wanted = { person, accounts: new Set(accounts) };
  const marks = [person, ...accounts].map((text) => Buffer.from(text, 'utf8'));
  const plan: ErasurePlan = new Map();
  const cursor = new JournalCursor(files, journal);
  try {
    for (let found = await cursor.next(); found.kind !== 'end'; found = await cursor.next()) {
      if (found.kind === 'damaged') throw damaged(`entry ${found.sequence} cannot be read: ${found.why}`);
      if (!marks.some((mark) => found.bytes.includes(mark))) continue;
      for (const [i, { prefixed, openings }] of found.frames.entries()) {
        const values = openValues(openings).filter(({ value }) => value !== undefined);
        const about = fieldsAbout(parseCommitted(prefixed.subarray(1)), values, wanted);
        const names = values.map(({ name }) => name).filter((name) => about.includes(name));
        if (names.length === 0) continue;
        const key = names.sort().join(',');
        const sequences = plan.get(key);
        if (sequences) sequences.push(found.first + i);
        else plan.set(key, [found.first + i]);
      }
    }
    return plan;
  } finally {
    await cursor.close();
  }
};

import type { EventType, Outcome } from '../core/index.ts';
import type { LogEntry } from './entry.ts';

/** Which entries are asked for; what is left out does not narrow. All given parts must hold. */
export interface LogFilter {
  /** A type such as `signin.failed`, or a family such as `signin`. */
  type?: EventType | (string & {});
  /** Id or name of a person, as actor or as the one acted upon. */
  person?: string;
  app?: string;
  outcome?: Outcome;
  /** An address, or a network as the log writes it. */
  address?: string;
  incident?: string;
  /** Id of the token or key that was used. */
  credential?: string;
  /** Name of a field that was read or changed. */
  column?: string;
  /** Whole words that must all occur in the entry, in any field. */
  text?: string;
  /** Milliseconds since the epoch: not before `since`, before `until`. */
  since?: number;
  until?: number;
  /** Not before this number in the log. */
  from?: number;
  /** At most this many entries: the newest ones, in the order of the log. */
  limit?: number;
}

export const PERSON_FIELDS = ['actor', 'subject', 'name', 'subjectName', 'account'] as const;

/** The words of a text, in lower case: letters and digits, as the index parts them too. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The text of an entry that a full-text question looks at: all it says, but for numbers of sessions. */
export const textOf = ({ type, outcome, fields }: LogEntry): string => {
  const { session: _, ...rest } = fields;
  return [type, outcome, ...Object.values(rest).flat()].join(' ');
};

const hasWords = (entry: LogEntry, words: readonly string[]): boolean => {
  const found = new Set(wordsOf(textOf(entry)));
  return words.every((word) => found.has(word));
};

/** Whether an entry is asked for; `from` and `limit` are the reader's to apply. */
export const matches = (filter: LogFilter): ((entry: LogEntry) => boolean) => {
  const words = filter.text === undefined ? [] : wordsOf(filter.text);
  const { type, person, app, outcome, address, incident, credential, column, since, until } = filter;
  return (entry) => {
    const { fields } = entry;
    if (type !== undefined && entry.type !== type && !entry.type.startsWith(`${type}.`)) return false;
    if (outcome !== undefined && entry.outcome !== outcome) return false;
    if (since !== undefined && entry.time < since) return false;
    if (until !== undefined && entry.time >= until) return false;
    if (app !== undefined && fields.app !== app) return false;
    if (incident !== undefined && fields.incident !== incident) return false;
    if (credential !== undefined && fields.credential !== credential) return false;
    if (column !== undefined && !fields.columns?.includes(column)) return false;
    if (address !== undefined && fields.address !== address && fields.network !== address) return false;
    if (person !== undefined && !PERSON_FIELDS.some((name) => fields[name] === person)) return false;
    return words.length === 0 || hasWords(entry, words);
  };
};

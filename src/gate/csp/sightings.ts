import type { CspViolation } from './violation.ts';

/** The same refusal, however often it was reported. Times in milliseconds since the epoch. */
export interface CspSighting extends Omit<CspViolation, 'page'> {
  count: number;
  first: number;
  last: number;
  /** Pages it was seen on, the first few. */
  pages: readonly string[];
  /** Ids of people whose browsers told of it, the first few: what one person alone tells may be made up. */
  people: readonly string[];
}

/** What the browsers of people who are signed in told of the policies, by app: deduplicated and capped. */
export interface CspSightings {
  add(app: string, violation: CspViolation, person: string, time: number): void;
  /** Most told first. */
  of(app: string): CspSighting[];
  /** Forgets what was told of an app. */
  clear(app: string): void;
  /** Everything, for keeping over a restart. */
  all(): Record<string, CspSighting[]>;
}

// Stops somebody who is signed in from filling the memory with origins that they make up.
const MOST_PER_APP = 300;
const MOST_PAGES = 5;
const MOST_PEOPLE = 10;

const keyOf = ({ directive, blocked, disposition }: Omit<CspViolation, 'page'>): string =>
  `${directive} ${blocked} ${disposition}`;

const joined = (list: readonly string[], value: string, most: number): readonly string[] =>
  list.length >= most || list.includes(value) ? list : [...list, value];

/** `kept`: what `all` gave before a restart. */
export const openSightings = (kept: Record<string, readonly CspSighting[]> = {}): CspSightings => {
  const apps = new Map<string, Map<string, CspSighting>>(
    Object.entries(kept).map(([app, list]) => [
      app,
      new Map(list.slice(0, MOST_PER_APP).map((one) => [keyOf(one), one])),
    ]),
  );
  const listed = (app: string) => [...(apps.get(app)?.values() ?? [])].sort((a, b) => b.count - a.count);
  return {
    add: (app, { page, ...violation }, person, time) => {
      let seen = apps.get(app);
      if (seen === undefined) {
        seen = new Map();
        apps.set(app, seen);
      }
      const key = keyOf(violation);
      const before = seen.get(key);
      if (before === undefined && seen.size >= MOST_PER_APP) return;
      seen.set(key, {
        ...violation,
        count: (before?.count ?? 0) + 1,
        first: before?.first ?? time,
        last: time,
        pages: joined(before?.pages ?? [], page, MOST_PAGES),
        people: joined(before?.people ?? [], person, MOST_PEOPLE),
      });
    },
    of: listed,
    clear: (app) => void apps.delete(app),
    all: () => Object.fromEntries([...apps.keys()].map((app) => [app, listed(app)])),
  };
};

import { OTHER_METHOD, type Probe, probesFor } from './diff-probes.ts';
import { compareOutcomes, type Outcome, outcomeOf, type Who } from './outcome.ts';
import type { Policy } from './policy.ts';
import { ANY_SEGMENT, witnesses } from './witness.ts';

/** What an edit does to somebody's way to somewhere. */
export interface AccessDifference {
  app: string;
  /** A role held alone, `anonymous`, or `no role` for people who are signed in without one. */
  who: string;
  /** Undefined: every method. `others` stands for those that no rule names. */
  methods: readonly string[] | undefined;
  /** A pattern, or a path with `*` for "any other segment". */
  route: string;
  /** Under which circumstances, where only then. */
  when: string | undefined;
  effect: 'opens' | 'closes';
  before: Outcome;
  after: Outcome;
}

export interface PolicyDiff {
  differences: readonly AccessDifference[];
  /** False when there was too much to compare: what is listed is right, and more may be missing. */
  complete: boolean;
}

interface Row {
  probe: Probe;
  method: string;
  who: string;
  when: string | undefined;
  before: Outcome;
  after: Outcome;
}

const whoToAsk = (before: Policy, after: Policy): { says: string; who: Who }[] => [
  { says: 'anonymous', who: 'anonymous' },
  { says: 'no role', who: [] },
  ...[...new Set([...before.roles.keys(), ...after.roles.keys()])].map((role) => ({
    says: role,
    who: [role],
  })),
];

const changeKey = ({ before, after }: Pick<Row, 'before' | 'after'>): string =>
  [before.kind, before.maxAge, after.kind, after.maxAge].join();

const rowsOf = (before: Policy, after: Policy, app: string, probe: Probe, now: number): Row[] => {
  const rows: Row[] = [];
  for (const method of probe.methods) {
    for (const { says, who } of whoToAsk(before, after)) {
      const seen = new Set<string>();
      for (const situation of probe.situations.values()) {
        const request = { app, method, path: probe.path, query: '', now, ...situation.request };
        const row: Row = {
          probe,
          method,
          who: says,
          when: situation.says,
          before: outcomeOf(before, who, request),
          after: outcomeOf(after, who, request),
        };
        // The plain situation comes first: what happens there as well is not about the circumstances.
        if (compareOutcomes(row.before, row.after) === 0 || seen.has(changeKey(row))) continue;
        seen.add(changeKey(row));
        rows.push(row);
      }
    }
  }
  return rows;
};

const rowKey = (path: string, row: Row): string =>
  [path, row.method, row.who, row.when, changeKey(row)].join(' ');

/** A witness as people read it. */
const showPath = (path: string): string =>
  path.replaceAll(ANY_SEGMENT, '*').replace(/(?:\/\*){3,}$/, '/*/**');

/** The route that a row is reported under: its pattern when all of it changes alike, else just the path. */
const routeOf = (row: Row, known: ReadonlySet<string>, deep: number): { route: string; covered: boolean } => {
  const { pattern, path, inside } = row.probe;
  const whole = witnesses(pattern, deep).every((witness) => known.has(rowKey(witness, row)));
  if (whole) return { route: pattern, covered: inside };
  return { route: showPath(path), covered: false };
};

const diffApp = (before: Policy, after: Policy, app: string, now: number): PolicyDiff => {
  const { probes, methods, complete, deep } = probesFor(before, after, app);
  const rows = probes.flatMap((probe) => rowsOf(before, after, app, probe, now));
  const known = new Set(rows.map((row) => rowKey(row.probe.path, row)));
  const groups = new Map<string, { row: Row; route: string; methods: Set<string> }>();
  for (const row of rows) {
    const { route, covered } = routeOf(row, known, deep);
    if (covered) continue;
    const key = [row.who, route, row.when, changeKey(row)].join(' ');
    const group = groups.get(key) ?? { row, route, methods: new Set() };
    groups.set(key, group);
    group.methods.add(row.method);
  }
  const differences = [...groups.values()].map(
    ({ row, route, methods: found }): AccessDifference => ({
      app,
      who: row.who,
      methods:
        found.size === methods.length
          ? undefined
          : [...found].map((one) => (one === OTHER_METHOD ? 'others' : one)),
      route,
      when: row.when,
      effect: compareOutcomes(row.after, row.before) < 0 ? 'opens' : 'closes',
      before: row.before,
      after: row.after,
    }),
  );
  return { differences, complete };
};

/**
 * What replacing one policy by another opens and closes, by role and route. Found by asking both about paths that
 * stand for the changed rules and for where these meet other rules; nobody with several roles is asked about.
 * `now` (milliseconds since the epoch) is when expiring rules are judged.
 */
export const diffPolicies = (before: Policy, after: Policy, now: number): PolicyDiff => {
  const apps = [...new Set([...before.apps.keys(), ...after.apps.keys()])];
  const found = apps.map((app) => diffApp(before, after, app, now));
  return {
    differences: found.flatMap(({ differences }) => differences),
    complete: found.every(({ complete }) => complete),
  };
};

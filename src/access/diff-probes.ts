import { type Situation, situationsOf } from './diff-situations.ts';
import type { Policy } from './policy.ts';
import type { PolicyRule } from './policy-rule.ts';
import { commonPaths, lengthOf, witnesses } from './witness.ts';

/** A path to ask both policies about. */
export interface Probe {
  path: string;
  methods: Set<string>;
  situations: Map<string, Situation>;
  /** The changed pattern that it stands for, and, where it only lies within one, `inside`. */
  pattern: string;
  inside: boolean;
}

export interface Probes {
  probes: readonly Probe[];
  /** All methods that were asked about, {@link OTHER_METHOD} among them. */
  methods: readonly string[];
  complete: boolean;
  /** See `witnesses`. */
  deep: number;
}

/** Most pairs of changed and other patterns that are looked at in one app. */
const MAX_PAIRS = 200_000;
/** Stands for all methods that no rule names. */
export const OTHER_METHOD = 'X-OTHER';

type Reach = Pick<PolicyRule, 'paths' | 'methods' | 'conditions'>;

const EVERYWHERE: Reach = { paths: undefined, methods: undefined, conditions: undefined };

const patternsOf = ({ paths }: Reach): readonly string[] => paths ?? ['/**'];

const rolesSignature = (policy: Policy): string =>
  JSON.stringify([...policy.roles].map(([name, { held }]) => [name, held.map(({ ends }) => ends)]).sort());

/** What a rule does, apart from where it stands and how its roles are spelt. */
const signature = (policy: Policy, rule: PolicyRule): string => {
  const holders = [...policy.roles].flatMap(([name, { held }]) => {
    const ends = held.flatMap((inner) => (rule.roles.includes(inner.name) ? [inner.ends] : []));
    return ends.length > 0 ? [[name, Math.max(...ends)]] : [];
  });
  const words = rule.roles.filter((role) => role === 'everyone' || role === 'anonymous');
  const { effect, paths, methods, demand, conditions, expires } = rule;
  return JSON.stringify([effect, words, holders.sort(), paths, methods, demand, conditions, expires]);
};

/** The rules of each policy that the other one does not have. */
const changedRules = (before: Policy, after: Policy, app: string): PolicyRule[] => {
  const signed = (policy: Policy) =>
    new Map(policy.apps.get(app)?.rules.map((rule) => [signature(policy, rule), rule]));
  const [old, fresh] = [signed(before), signed(after)];
  return [
    ...[...old].flatMap(([key, rule]) => (fresh.has(key) ? [] : [rule])),
    ...[...fresh].flatMap(([key, rule]) => (old.has(key) ? [] : [rule])),
  ];
};

/** Where rules speak about times, what holds just now says nothing: only the named times count. */
const withoutNow = (probe: Probe): Probe => {
  const timed = [...probe.situations].filter(([, { request }]) => request.now !== undefined);
  return timed.length === 0 ? probe : { ...probe, situations: new Map(timed) };
};

/** Which paths and methods show what an edit does to an app: those of changed rules, and where they meet others. */
export const probesFor = (before: Policy, after: Policy, app: string): Probes => {
  const [old, fresh] = [before.apps.get(app), after.apps.get(app)];
  const all = [...(old?.rules ?? []), ...(fresh?.rules ?? [])];
  const methods = [...new Set([...all.flatMap((rule) => rule.methods ?? []), OTHER_METHOD])].sort();
  const changed: Reach[] = changedRules(before, after, app);
  const throughout =
    old?.open !== fresh?.open ||
    old?.ignoreCase !== fresh?.ignoreCase ||
    rolesSignature(before) !== rolesSignature(after);
  if (throughout) changed.push(EVERYWHERE);

  const deep = 1 + all.flatMap(patternsOf).reduce((most, pattern) => Math.max(most, lengthOf(pattern)), 1);
  const probes = new Map<string, Probe>();
  const add = (path: string, pattern: string, inside: boolean, rules: readonly Reach[]): void => {
    const probe = probes.get(path) ?? { path, pattern, inside, methods: new Set(), situations: new Map() };
    probes.set(path, probe);
    const asked = rules.some((rule) => !rule.methods) ? methods : rules.flatMap((rule) => rule.methods ?? []);
    for (const method of asked) probe.methods.add(method);
    for (const situation of situationsOf(rules)) probe.situations.set(situation.says ?? '', situation);
  };
  const pairs: [string, Reach][] = changed.flatMap((rule) =>
    patternsOf(rule).map((pattern): [string, Reach] => [pattern, rule]),
  );
  for (const [pattern, rule] of pairs)
    for (const path of witnesses(pattern, deep)) add(path, pattern, false, [rule]);
  const done = (complete: boolean): Probes => ({
    probes: [...probes.values()].map(withoutNow),
    methods,
    complete,
    deep,
  });
  let looked = 0;
  for (const [pattern, rule] of pairs) {
    for (const other of all) {
      for (const otherPattern of patternsOf(other)) {
        if (++looked > MAX_PAIRS) return done(false);
        for (const path of commonPaths(pattern, otherPattern, deep)) add(path, pattern, true, [rule, other]);
      }
    }
  }
  return done(true);
};
